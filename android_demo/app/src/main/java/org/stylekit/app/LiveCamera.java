package org.stylekit.app;

import android.Manifest;
import android.content.pm.PackageManager;
import android.view.Surface;
import org.stylekit.core.Image;
import org.stylekit.core.Stylizer;

/** The camera as the screen has it: allowed or not, on or off, open only while it is seen. */
final class LiveCamera implements CameraFrames.Listener {
  private final MainActivity screen;
  private final Session session;
  private CameraFrames frames;

  LiveCamera(MainActivity screen, Session session) {
    this.screen = screen;
    this.session = session;
  }

  /** Turn it on, for which the person may be asked, or off. */
  void toggle(int request) {
    if (session.cameraIsOn) {
      turnOff();
    } else if (screen.checkSelfPermission(Manifest.permission.CAMERA)
        == PackageManager.PERMISSION_GRANTED) {
      turnOn();
    } else {
      screen.requestPermissions(new String[] {Manifest.permission.CAMERA}, request);
    }
  }

  /** What the person answered; nothing if the question was taken away. */
  void onAnswer(int[] results) {
    if (results.length > 0 && results[0] == PackageManager.PERMISSION_GRANTED) {
      turnOn();
    } else {
      screen.say(R.string.camera_refused);
    }
  }

  private void turnOn() {
    session.cameraIsOn = true;
    resume();
  }

  void turnOff() {
    session.cameraIsOn = false;
    pause();
  }

  /** The screen is seen. */
  void resume() {
    pause();
    if (!session.cameraIsOn) {
      return;
    }
    try {
      frames = new CameraFrames(screen, displayDegrees(), this);
    } catch (SecurityException exception) {
      session.cameraIsOn = false; // taken back in the system's settings
      screen.say(R.string.camera_refused);
    }
  }

  /** The screen is not seen any more. */
  void pause() {
    if (frames != null) {
      frames.close();
      frames = null;
    }
  }

  private int displayDegrees() {
    switch (screen.getWindowManager().getDefaultDisplay().getRotation()) {
      case Surface.ROTATION_90:
        return 90;
      case Surface.ROTATION_180:
        return 180;
      case Surface.ROTATION_270:
        return 270;
      default:
        return 0;
    }
  }

  @Override
  public boolean wantsFrame() {
    return screen.choice() != null && session.engine.isIdle();
  }

  @Override
  public void onFrame(Image frame) {
    session.engine.stylize(frame, screen.choice(), Stylizer.PREVIEW_PIXELS);
  }

  @Override
  public void onCameraError(String reason) {
    turnOff();
    if (reason.isEmpty()) {
      screen.say(R.string.no_camera);
    } else {
      screen.say(R.string.camera_failed, reason);
    }
  }
}
