package org.stylekit.app;

import android.content.ActivityNotFoundException;
import android.content.ClipData;
import android.content.Intent;
import android.net.Uri;
import android.os.Handler;
import android.os.HandlerThread;
import java.io.IOException;
import org.stylekit.core.Image;

/** Photos opened, pictures saved and shared, on a thread for it. */
final class FileWork implements AutoCloseable {
  private interface Work {
    void run() throws IOException;
  }

  private final MainActivity screen;
  private final HandlerThread thread = new HandlerThread("files");
  private final Handler handler;

  FileWork(MainActivity screen) {
    this.screen = screen;
    thread.start();
    handler = new Handler(thread.getLooper());
  }

  /** Open a photo and give it to the screen. */
  void open(Uri uri) {
    inBackground(R.string.cannot_open, () -> {
      PhotoFiles.Photo photo = PhotoFiles.open(screen.getContentResolver(), uri);
      screen.runOnUiThread(() -> {
        if (photo == null) {
          screen.say(R.string.no_image);
        } else {
          screen.onPhoto(photo);
        }
      });
    });
  }

  /**
   * Write a picture to where it is to go: {@link SharedPictureProvider#PICTURE} to be shared.
   *
   * @param saved what is said then, with the picture's width and height.
   */
  void save(Uri target, Image picture, int saved) {
    inBackground(R.string.cannot_save, () -> {
      if (SharedPictureProvider.PICTURE.equals(target)) {
        PhotoFiles.saveShared(screen, picture);
        screen.runOnUiThread(this::share);
      } else {
        PhotoFiles.save(screen.getContentResolver(), target, picture);
        screen.runOnUiThread(() -> screen.say(saved, picture.width, picture.height));
      }
    });
  }

  private void share() {
    Intent send = new Intent(Intent.ACTION_SEND).setType(SharedPictureProvider.TYPE)
        .putExtra(Intent.EXTRA_STREAM, SharedPictureProvider.PICTURE)
        .addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION);
    send.setClipData(ClipData.newRawUri(null, SharedPictureProvider.PICTURE));
    try {
      screen.startActivity(Intent.createChooser(send, null));
    } catch (ActivityNotFoundException exception) {
      screen.say(R.string.no_app);
    }
  }

  private void inBackground(int failed, Work work) {
    handler.post(() -> {
      try {
        work.run();
      } catch (IOException | SecurityException exception) {
        String reason = String.valueOf(exception.getMessage());
        screen.runOnUiThread(() -> screen.say(failed, reason));
      } catch (OutOfMemoryError error) {
        screen.runOnUiThread(() -> screen.say(R.string.no_memory));
      }
    });
  }

  /** End the thread when its work is done. */
  @Override
  public void close() {
    thread.quitSafely();
  }
}
