package org.stylekit.app;

import android.annotation.SuppressLint;
import android.content.Context;
import android.graphics.ImageFormat;
import android.hardware.camera2.CameraAccessException;
import android.hardware.camera2.CameraCaptureSession;
import android.hardware.camera2.CameraCharacteristics;
import android.hardware.camera2.CameraDevice;
import android.hardware.camera2.CameraManager;
import android.hardware.camera2.CaptureRequest;
import android.media.ImageReader;
import android.os.Handler;
import android.os.HandlerThread;
import android.os.Looper;
import java.util.Collections;
import org.stylekit.core.Image;
import org.stylekit.core.Yuv;

/** Pictures of the camera, upright, each offered as the newest when there is time for one. */
final class CameraFrames implements AutoCloseable {
  /** Told of pictures on the camera's thread, of failures on the main thread. */
  interface Listener {
    /** Whether a picture would be used now; if not, it is dropped before it is converted. */
    boolean wantsFrame();

    void onFrame(Image frame);

    /** @param reason empty if there is no camera. */
    void onCameraError(String reason);
  }

  private static final int WIDTH = 640;
  private static final int HEIGHT = 480;
  /** Pixels of the camera for one of a picture, each way: 320×240 keeps up on a CPU. */
  private static final int STEP = 2;

  private final Listener listener;
  private final HandlerThread thread = new HandlerThread("camera");
  private final Handler handler;
  private final Handler main = new Handler(Looper.getMainLooper());
  private ImageReader reader;
  private CameraDevice device;
  private int turns;
  /** Between asking for the camera and hearing of it: its thread must live until then. */
  private boolean opening;
  private boolean closed;

  /**
   * Open the camera at the back, or the only one.
   *
   * @param displayDegrees by which the display is turned from its natural position.
   * @throws SecurityException the camera may not be used.
   */
  CameraFrames(Context context, int displayDegrees, Listener listener) {
    this.listener = listener;
    thread.start();
    handler = new Handler(thread.getLooper());
    CameraManager manager = (CameraManager) context.getSystemService(Context.CAMERA_SERVICE);
    try {
      String id = choose(manager);
      if (id == null) {
        fail("");
        return;
      }
      turns = turns(manager.getCameraCharacteristics(id), displayDegrees);
      reader = ImageReader.newInstance(WIDTH, HEIGHT, ImageFormat.YUV_420_888, 2);
      reader.setOnImageAvailableListener(this::onImage, handler);
      open(manager, id);
    } catch (CameraAccessException | IllegalArgumentException exception) {
      fail(String.valueOf(exception.getMessage()));
    }
  }

  private static String choose(CameraManager manager) throws CameraAccessException {
    String chosen = null;
    for (String id : manager.getCameraIdList()) {
      Integer facing = manager.getCameraCharacteristics(id).get(CameraCharacteristics.LENS_FACING);
      boolean isBack = facing != null && facing == CameraCharacteristics.LENS_FACING_BACK;
      chosen = chosen == null || isBack ? id : chosen;
      if (isBack) {
        return id;
      }
    }
    return chosen;
  }

  private static int turns(CameraCharacteristics camera, int displayDegrees) {
    Integer sensor = camera.get(CameraCharacteristics.SENSOR_ORIENTATION);
    Integer facing = camera.get(CameraCharacteristics.LENS_FACING);
    int degrees = sensor == null ? 0 : sensor;
    boolean isFront = facing != null && facing == CameraCharacteristics.LENS_FACING_FRONT;
    return Math.floorMod(degrees + (isFront ? displayDegrees : -displayDegrees), 360) / 90;
  }

  @SuppressLint("MissingPermission") // the activity asks for it first; without it this throws
  private synchronized void open(CameraManager manager, String id) throws CameraAccessException {
    manager.openCamera(id, new CameraDevice.StateCallback() {
      @Override
      public void onOpened(CameraDevice camera) {
        start(camera);
      }

      @Override
      public void onDisconnected(CameraDevice camera) {
        end(camera, "it was taken by another app");
      }

      @Override
      public void onError(CameraDevice camera, int error) {
        end(camera, "error " + error);
      }
    }, handler);
    opening = true;
  }

  private synchronized void end(CameraDevice camera, String reason) {
    opening = false;
    camera.close();
    if (closed) {
      thread.quitSafely();
    } else {
      fail(reason);
    }
  }

  private synchronized void start(CameraDevice camera) {
    opening = false;
    if (closed) {
      camera.close();
      thread.quitSafely();
      return;
    }
    device = camera;
    try {
      camera.createCaptureSession(Collections.singletonList(reader.getSurface()),
          new CameraCaptureSession.StateCallback() {
            @Override
            public void onConfigured(CameraCaptureSession session) {
              repeat(session);
            }

            @Override
            public void onConfigureFailed(CameraCaptureSession session) {
              fail("it gives no pictures of " + WIDTH + "×" + HEIGHT);
            }
          }, handler);
    } catch (CameraAccessException | IllegalStateException exception) {
      fail(String.valueOf(exception.getMessage()));
    }
  }

  private synchronized void repeat(CameraCaptureSession session) {
    if (closed) {
      return;
    }
    try {
      CaptureRequest.Builder request =
          device.createCaptureRequest(CameraDevice.TEMPLATE_PREVIEW);
      request.addTarget(reader.getSurface());
      session.setRepeatingRequest(request.build(), null, handler);
    } catch (CameraAccessException | IllegalStateException exception) {
      fail(String.valueOf(exception.getMessage()));
    }
  }

  private void onImage(ImageReader source) {
    try (android.media.Image image = source.acquireLatestImage()) {
      if (image != null && listener.wantsFrame()) {
        android.media.Image.Plane[] planes = image.getPlanes();
        listener.onFrame(Yuv.toImage(plane(planes[0]), plane(planes[1]), plane(planes[2]),
            image.getHeight(), image.getWidth(), STEP, turns));
      }
    } catch (IllegalStateException closing) {
      // The camera was closed while its last picture was read.
      return;
    }
  }

  private static Yuv.Plane plane(android.media.Image.Plane plane) {
    return new Yuv.Plane(plane.getBuffer(), plane.getRowStride(), plane.getPixelStride());
  }

  private void fail(String reason) {
    main.post(() -> listener.onCameraError(reason));
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (device != null) {
      device.close();
    }
    if (reader != null) {
      handler.post(reader::close); // not while a picture is read
    }
    if (!opening) {
      thread.quitSafely();
    }
  }
}
