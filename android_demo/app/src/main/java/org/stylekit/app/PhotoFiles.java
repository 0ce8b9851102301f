package org.stylekit.app;

import android.content.ContentResolver;
import android.content.Context;
import android.graphics.Bitmap;
import android.graphics.BitmapFactory;
import android.graphics.Matrix;
import android.media.ExifInterface;
import android.net.Uri;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.stylekit.core.Image;

/** Pictures from and to files. None of it belongs on the main thread. */
final class PhotoFiles {
  private static final int QUALITY = 95;
  private static final long MOST_PIXELS = 24_000_000;
  /** Bytes of a picture's pixel while it is opened, stylized and saved: six copies. */
  private static final long BYTES_A_PIXEL = 24;

  /** A photo, upright. */
  static final class Photo {
    final Image image;
    /** Of the file, of which the image may be a reduced copy. */
    final long pixels;

    Photo(Image image, long pixels) {
      this.image = image;
      this.pixels = pixels;
    }
  }

  private PhotoFiles() {}

  /**
   * Read a photo, shrunk while it is decoded to what this device's memory bears.
   *
   * @return the photo, or null if the file is no image.
   */
  static Photo open(ContentResolver resolver, Uri uri) throws IOException {
    BitmapFactory.Options options = new BitmapFactory.Options();
    options.inJustDecodeBounds = true;
    try (InputStream stream = stream(resolver, uri)) {
      BitmapFactory.decodeStream(stream, null, options);
    }
    if (options.outWidth < 1 || options.outHeight < 1) {
      return null;
    }
    long pixels = (long) options.outHeight * options.outWidth;
    options.inJustDecodeBounds = false;
    options.inPreferredConfig = Bitmap.Config.ARGB_8888;
    options.inSampleSize = reduction(options.outHeight, options.outWidth,
        Math.min(MOST_PIXELS, Runtime.getRuntime().maxMemory() / BYTES_A_PIXEL));
    Bitmap bitmap;
    try (InputStream stream = stream(resolver, uri)) {
      bitmap = BitmapFactory.decodeStream(stream, null, options);
    }
    if (bitmap == null) {
      return null;
    }
    return new Photo(image(upright(bitmap, orientation(resolver, uri))), pixels);
  }

  /** The power of 2 to divide both sides by. */
  static int reduction(int height, int width, long mostPixels) {
    int reduction = 1;
    while ((long) (height / reduction) * (width / reduction) > mostPixels) {
      reduction *= 2;
    }
    return reduction;
  }

  private static InputStream stream(ContentResolver resolver, Uri uri) throws IOException {
    InputStream stream = resolver.openInputStream(uri);
    if (stream == null) {
      throw new FileNotFoundException(uri.toString());
    }
    return stream;
  }

  private static int orientation(ContentResolver resolver, Uri uri) {
    try (InputStream stream = stream(resolver, uri)) {
      return new ExifInterface(stream).getAttributeInt(
          ExifInterface.TAG_ORIENTATION, ExifInterface.ORIENTATION_NORMAL);
    } catch (IOException | RuntimeException exception) {
      return ExifInterface.ORIENTATION_NORMAL; // no JPEG, or one without it
    }
  }

  private static Bitmap upright(Bitmap bitmap, int orientation) {
    Matrix matrix = new Matrix();
    switch (orientation) {
      case ExifInterface.ORIENTATION_ROTATE_90:
        matrix.postRotate(90);
        break;
      case ExifInterface.ORIENTATION_ROTATE_180:
        matrix.postRotate(180);
        break;
      case ExifInterface.ORIENTATION_ROTATE_270:
        matrix.postRotate(270);
        break;
      case ExifInterface.ORIENTATION_FLIP_HORIZONTAL:
        matrix.postScale(-1, 1);
        break;
      case ExifInterface.ORIENTATION_FLIP_VERTICAL:
        matrix.postScale(1, -1);
        break;
      case ExifInterface.ORIENTATION_TRANSPOSE:
        matrix.postRotate(90);
        matrix.postScale(-1, 1);
        break;
      case ExifInterface.ORIENTATION_TRANSVERSE:
        matrix.postRotate(270);
        matrix.postScale(-1, 1);
        break;
      default:
        return bitmap;
    }
    Bitmap turned = Bitmap.createBitmap(
        bitmap, 0, 0, bitmap.getWidth(), bitmap.getHeight(), matrix, true);
    bitmap.recycle();
    return turned;
  }

  private static Image image(Bitmap bitmap) {
    Image image = new Image(bitmap.getHeight(), bitmap.getWidth());
    bitmap.getPixels(image.pixels, 0, image.width, 0, 0, image.width, image.height);
    bitmap.recycle();
    return image;
  }

  /** A bitmap of a picture. */
  static Bitmap bitmap(Image image) {
    return Bitmap.createBitmap(
        image.pixels, image.width, image.height, Bitmap.Config.ARGB_8888);
  }

  /** Write a JPEG to where the person wants it. */
  static void save(ContentResolver resolver, Uri uri, Image image) throws IOException {
    try (OutputStream stream = resolver.openOutputStream(uri, "w")) {
      if (stream == null) {
        throw new FileNotFoundException(uri.toString());
      }
      write(stream, image);
    }
  }

  /** Write a JPEG for other apps to read; see {@link SharedPictureProvider}. */
  static void saveShared(Context context, Image image) throws IOException {
    File file = SharedPictureProvider.file(context);
    File unfinished = new File(file.getPath() + ".part");
    try (OutputStream stream = new FileOutputStream(unfinished)) {
      write(stream, image);
    }
    if (!unfinished.renameTo(file)) {
      throw new IOException(file.getPath());
    }
  }

  private static void write(OutputStream stream, Image image) throws IOException {
    Bitmap bitmap = bitmap(image);
    boolean isWritten = bitmap.compress(Bitmap.CompressFormat.JPEG, QUALITY, stream);
    bitmap.recycle();
    if (!isWritten) {
      throw new IOException("the JPEG could not be written");
    }
  }
}
