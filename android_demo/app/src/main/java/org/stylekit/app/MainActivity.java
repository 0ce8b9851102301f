package org.stylekit.app;

import android.app.Activity;
import android.content.ActivityNotFoundException;
import android.content.Intent;
import android.net.Uri;
import android.os.Bundle;
import android.widget.TextView;
import org.stylekit.core.Image;
import org.stylekit.core.ModelFile;
import org.stylekit.core.Stylizer;

/** The only screen: what is asked for, and what is shown. */
public final class MainActivity extends Activity implements StyleEngine.Listener {
  private static final int OPEN_PHOTO = 1;
  private static final int SAVE_PICTURE = 2;
  private static final int ASK_FOR_CAMERA = 3;
  private static final String CHOSEN = "chosen";

  private Session session;
  private StyleControls controls;
  private LiveCamera camera;
  private FileWork files;
  private TextView status;
  private CompareView picture;
  /** Made on the main thread whenever something is chosen; read on the camera's thread. */
  private volatile StyleEngine.Choice choice;

  @Override
  protected void onCreate(Bundle state) {
    super.onCreate(state);
    setContentView(R.layout.main);
    status = findViewById(R.id.status);
    picture = findViewById(R.id.picture);
    session = (Session) getLastNonConfigurationInstance();
    if (session == null) {
      session = new Session(getAssets());
    }
    int[] chosen = state == null ? null : state.getIntArray(CHOSEN);
    controls = new StyleControls(this, chosen, this::onChoice);
    camera = new LiveCamera(this, session);
    files = new FileWork(this);
    findViewById(R.id.photo).setOnClickListener(view -> choosePhoto());
    findViewById(R.id.camera).setOnClickListener(view -> toggleCamera());
    findViewById(R.id.save).setOnClickListener(view -> chooseTarget());
    findViewById(R.id.share).setOnClickListener(
        view -> makeFull(SharedPictureProvider.PICTURE));
    showLast();
    session.engine.setListener(this);
  }

  // What outlives this activity, and what does not

  @Override
  public Object onRetainNonConfigurationInstance() {
    return session;
  }

  @Override
  protected void onSaveInstanceState(Bundle state) {
    super.onSaveInstanceState(state);
    state.putIntArray(CHOSEN, controls.chosen());
  }

  @Override
  protected void onResume() {
    super.onResume();
    camera.resume();
  }

  @Override
  protected void onPause() {
    camera.pause();
    super.onPause();
  }

  @Override
  protected void onDestroy() {
    session.engine.setListener(null);
    files.close();
    if (!isChangingConfigurations()) {
      session.engine.close();
    }
    super.onDestroy();
  }

  @Override
  public void onTrimMemory(int level) {
    super.onTrimMemory(level);
    // Levels between these only say that the app is not seen, as while a file is chosen.
    if (level == TRIM_MEMORY_RUNNING_CRITICAL || level >= TRIM_MEMORY_COMPLETE) {
      session.engine.stop(); // a picture at full size is what takes memory
    }
  }

  // Model and choice

  @Override
  public void onModel(ModelFile model) {
    controls.show(model);
    if (session.photo == null && !session.cameraIsOn) {
      say(R.string.hint);
    }
    onChoice();
  }

  private void onChoice() {
    choice = controls.choice();
    if (choice != null && session.photo != null && !session.cameraIsOn) {
      session.engine.stylize(session.photo.image, choice, Stylizer.PREVIEW_PIXELS);
    }
  }

  /** What is chosen; null as long as there is no model. */
  StyleEngine.Choice choice() {
    return choice;
  }

  @Override
  public void onPicture(Image photo, Image stylized) {
    session.before = photo;
    session.after = stylized;
    showLast();
    String size = stylized.width + " × " + stylized.height;
    say(R.string.status, size, runtime(), session.engine.latency());
  }

  private String runtime() {
    String what = session.engine.runtime();
    if (what.equals("GPU")) {
      return what;
    }
    int threads = StyleEngine.threads();
    String cpu = getResources().getQuantityString(R.plurals.cpu, threads, threads);
    return what.isEmpty() ? cpu : getString(R.string.cpu_because, cpu, what);
  }

  private void showLast() {
    if (session.after != null) {
      picture.show(PhotoFiles.bitmap(session.before), PhotoFiles.bitmap(session.after));
    }
  }

  // Messages

  /** Show a line of text, which screen readers read out. */
  void say(int message, Object... values) {
    status.setText(getString(message, values));
  }

  @Override
  public void onError(Throwable error) {
    session.target = null;
    if (error instanceof OutOfMemoryError) {
      say(R.string.no_memory);
    } else if (error instanceof LinkageError) {
      say(R.string.no_runtime, error.getMessage());
    } else if (error.getMessage() == null || error.getMessage().isEmpty()) {
      say(R.string.no_models);
    } else {
      status.setText(error.getMessage());
    }
  }

  // Photo and camera

  private void choosePhoto() {
    start(new Intent(Intent.ACTION_OPEN_DOCUMENT)
        .addCategory(Intent.CATEGORY_OPENABLE).setType("image/*"), OPEN_PHOTO);
  }

  private void start(Intent intent, int request) {
    try {
      startActivityForResult(intent, request);
    } catch (ActivityNotFoundException exception) {
      say(R.string.no_app);
    }
  }

  @Override
  protected void onActivityResult(int request, int result, Intent data) {
    Uri uri = data == null ? null : data.getData();
    if (result != RESULT_OK || uri == null) {
      return;
    }
    if (request == OPEN_PHOTO) {
      camera.turnOff();
      files.open(uri);
    } else if (request == SAVE_PICTURE) {
      makeFull(uri);
    }
  }

  /** Show a photo that was opened. */
  void onPhoto(PhotoFiles.Photo photo) {
    session.photo = photo;
    onChoice();
  }

  private void toggleCamera() {
    camera.toggle(ASK_FOR_CAMERA);
    onChoice();
  }

  @Override
  public void onRequestPermissionsResult(int request, String[] permissions, int[] results) {
    if (request == ASK_FOR_CAMERA) {
      camera.onAnswer(results);
    }
  }

  // The picture at full size

  private void chooseTarget() {
    if (session.after == null) {
      say(R.string.hint);
      return;
    }
    start(new Intent(Intent.ACTION_CREATE_DOCUMENT).addCategory(Intent.CATEGORY_OPENABLE)
        .setType(SharedPictureProvider.TYPE).putExtra(Intent.EXTRA_TITLE, "stylized.jpg"),
        SAVE_PICTURE);
  }

  /** Make the picture at full size, or take the camera's last one, and write it. */
  private void makeFull(Uri target) {
    if (session.target != null) {
      say(R.string.busy);
    } else if (session.after == null || choice == null) {
      say(R.string.hint);
    } else if (session.photo == null || session.cameraIsOn) {
      files.save(target, session.after, R.string.saved);
    } else {
      session.target = target;
      session.engine.stylizeFull(session.photo.image, choice);
    }
  }

  @Override
  public void onProgress(float share) {
    say(R.string.saving, Math.round(100 * share));
  }

  @Override
  public void onFull(Image stylized) {
    Uri target = session.target;
    session.target = null;
    if (stylized == null) {
      say(R.string.stopped);
    } else if (target != null) {
      boolean isSmaller = (long) stylized.height * stylized.width < session.photo.pixels;
      files.save(target, stylized, isSmaller ? R.string.saved_smaller : R.string.saved);
    }
  }
}
