package org.stylekit.app;

import android.content.ContentProvider;
import android.content.ContentValues;
import android.content.Context;
import android.database.Cursor;
import android.database.MatrixCursor;
import android.net.Uri;
import android.os.ParcelFileDescriptor;
import android.provider.OpenableColumns;
import java.io.File;
import java.io.FileNotFoundException;

/** Lets the app that a picture is shared with read it, and nothing else. */
public final class SharedPictureProvider extends ContentProvider {
  static final Uri PICTURE = Uri.parse("content://org.stylekit.app.pictures/stylized.jpg");
  static final String TYPE = "image/jpeg";

  static File file(Context context) {
    return new File(context.getCacheDir(), "stylized.jpg");
  }

  @Override
  public boolean onCreate() {
    return true;
  }

  @Override
  public ParcelFileDescriptor openFile(Uri uri, String mode) throws FileNotFoundException {
    if (!PICTURE.equals(uri) || !"r".equals(mode)) {
      throw new FileNotFoundException(uri + " " + mode);
    }
    return ParcelFileDescriptor.open(file(getContext()), ParcelFileDescriptor.MODE_READ_ONLY);
  }

  @Override
  public String getType(Uri uri) {
    return TYPE;
  }

  @Override
  public Cursor query(
      Uri uri, String[] columns, String selection, String[] arguments, String order) {
    MatrixCursor cursor =
        new MatrixCursor(new String[] {OpenableColumns.DISPLAY_NAME, OpenableColumns.SIZE});
    cursor.addRow(new Object[] {"stylized.jpg", file(getContext()).length()});
    return cursor;
  }

  @Override
  public Uri insert(Uri uri, ContentValues values) {
    throw new UnsupportedOperationException("pictures are only read");
  }

  @Override
  public int delete(Uri uri, String selection, String[] arguments) {
    throw new UnsupportedOperationException("pictures are only read");
  }

  @Override
  public int update(Uri uri, ContentValues values, String selection, String[] arguments) {
    throw new UnsupportedOperationException("pictures are only read");
  }
}
