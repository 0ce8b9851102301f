package org.stylekit.app;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import android.Manifest;
import android.content.pm.PackageManager;
import android.graphics.Bitmap;
import android.graphics.BitmapFactory;
import android.graphics.Canvas;
import android.view.View;
import android.widget.RadioButton;
import android.widget.RadioGroup;
import android.widget.TextView;
import java.io.File;
import java.io.FileOutputStream;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.android.controller.ActivityController;
import org.robolectric.annotation.Config;
import org.robolectric.annotation.GraphicsMode;
import org.robolectric.shadow.api.Shadow;
import org.robolectric.shadows.ShadowActivity;
import org.robolectric.shadows.ShadowApplication;
import org.robolectric.shadows.ShadowLooper;
import org.stylekit.core.Image;

/**
 * The screen as Android 15 lays it out and draws it, on the JVM: written as PNG files to be looked
 * at. TensorFlow Lite has no library for the JVM, so pictures that are shown come from files.
 */
@RunWith(RobolectricTestRunner.class)
@Config(sdk = 35)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
public class ScreensTest {
  private static final File PREVIEWS = new File("../stylekit/zoo/classics/previews");
  private static final File OUTPUT = new File(System.getProperty("stylekit.screens"));
  private static final String UPRIGHT = "w390dp-h800dp-notnight-xhdpi";

  @Test
  public void emptyAndLight() throws Exception {
    draw(opened(UPRIGHT), "empty_light");
  }

  @Test
  public void aPictureInTheDark() throws Exception {
    ActivityController<MainActivity> screen = opened("w390dp-h800dp-night-xhdpi");
    show(screen);
    assertTrue(status(screen), status(screen).endsWith("–")); // no run has been timed yet
    draw(screen, "picture_dark");
  }

  @Test
  public void theStyleOutlivesARotation() throws Exception {
    ActivityController<MainActivity> screen = opened(UPRIGHT);
    show(screen);
    int second = Math.min(2, styles(screen).getChildCount()); // a network of one painting has one
    styles(screen).check(second);
    draw(screen, "picture_light");
    RuntimeEnvironment.setQualifiers("+w800dp-h390dp-land");
    screen.recreate();
    settle(screen);
    assertEquals(second, styles(screen).getCheckedRadioButtonId());
    assertTrue(((RadioButton) styles(screen).getChildAt(second - 1)).isChecked());
    draw(screen, "picture_sideways");
  }

  @Test
  public void theCameraIsRefused() throws Exception {
    ActivityController<MainActivity> screen = opened(UPRIGHT);
    screen.get().findViewById(R.id.camera).performClick();
    ShadowActivity.PermissionsRequest asked =
        Shadow.<ShadowActivity>extract(screen.get()).getLastRequestedPermission();
    assertEquals(Manifest.permission.CAMERA, asked.requestedPermissions[0]);
    screen.get().onRequestPermissionsResult(asked.requestCode, asked.requestedPermissions,
        new int[] {PackageManager.PERMISSION_DENIED});
    assertEquals(screen.get().getString(R.string.camera_refused), status(screen));
    draw(screen, "camera_refused");
  }

  @Test
  public void thereIsNoCamera() throws Exception {
    Shadow.<ShadowApplication>extract(RuntimeEnvironment.getApplication())
        .grantPermissions(Manifest.permission.CAMERA);
    ActivityController<MainActivity> screen = opened(UPRIGHT);
    screen.get().findViewById(R.id.camera).performClick();
    settle(screen);
    assertEquals(screen.get().getString(R.string.no_camera), status(screen));
  }

  @Test
  public void memoryRunsOut() {
    ActivityController<MainActivity> screen = opened(UPRIGHT);
    screen.get().onError(new OutOfMemoryError());
    assertEquals(screen.get().getString(R.string.no_memory), status(screen));
    screen.get().onFull(null);
    assertEquals(screen.get().getString(R.string.stopped), status(screen));
  }

  private static ActivityController<MainActivity> opened(String qualifiers) {
    RuntimeEnvironment.setQualifiers(qualifiers);
    ActivityController<MainActivity> screen = Robolectric.buildActivity(MainActivity.class).setup();
    settle(screen);
    return screen;
  }

  /** Wait for the model's and the files' threads, as far as the screen hears of them. */
  private static void settle(ActivityController<MainActivity> screen) {
    for (int i = 0; i < 50; i++) {
      ShadowLooper.idleMainLooper();
      if (styles(screen).getChildCount() > 0 && i > 10) {
        return;
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException exception) {
        throw new IllegalStateException(exception);
      }
    }
  }

  private static RadioGroup styles(ActivityController<MainActivity> screen) {
    return screen.get().findViewById(R.id.styles);
  }

  private static String status(ActivityController<MainActivity> screen) {
    return screen.get().<TextView>findViewById(R.id.status).getText().toString();
  }

  private static void show(ActivityController<MainActivity> screen) {
    screen.get().onPicture(image("udnie.jpg"), image("starry_night.jpg"));
  }

  private static Image image(String name) {
    Bitmap bitmap = BitmapFactory.decodeFile(new File(PREVIEWS, name).getPath());
    Image image = new Image(bitmap.getHeight(), bitmap.getWidth());
    bitmap.getPixels(image.pixels, 0, image.width, 0, 0, image.width, image.height);
    return image;
  }

  private static void draw(ActivityController<MainActivity> screen, String name) throws Exception {
    ShadowLooper.idleMainLooper();
    View view = screen.get().getWindow().getDecorView();
    Bitmap bitmap = Bitmap.createBitmap(
        view.getWidth(), view.getHeight(), Bitmap.Config.ARGB_8888);
    view.draw(new Canvas(bitmap));
    try (FileOutputStream stream = new FileOutputStream(new File(OUTPUT, name + ".png"))) {
      assertTrue(bitmap.compress(Bitmap.CompressFormat.PNG, 100, stream));
    }
  }
}
