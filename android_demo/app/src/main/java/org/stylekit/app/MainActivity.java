package org.stylekit.app;

import android.Manifest;
import android.app.Activity;
import android.content.ActivityNotFoundException;
import android.content.ClipData;
import android.content.Intent;
import android.content.pm.PackageManager;
import android.graphics.Bitmap;
import android.graphics.BitmapFactory;
import android.graphics.drawable.BitmapDrawable;
import android.net.Uri;
import android.os.Bundle;
import android.os.Handler;
import android.os.HandlerThread;
import android.view.Surface;
import android.view.View;
import android.widget.AdapterView;
import android.widget.ArrayAdapter;
import android.widget.CheckBox;
import android.widget.RadioButton;
import android.widget.RadioGroup;
import android.widget.SeekBar;
import android.widget.Spinner;
import android.widget.Switch;
import android.widget.TextView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.stylekit.core.Image;
import org.stylekit.core.ModelFile;
import org.stylekit.core.StyleWeights;
import org.stylekit.core.Stylizer;

/** The only screen: what is chosen, and what is shown. */
public final class MainActivity extends Activity
    implements StyleEngine.Listener, CameraFrames.Listener {
  private static final int OPEN_PHOTO = 1;
  private static final int SAVE_PICTURE = 2;
  private static final int ASK_FOR_CAMERA = 3;
  private static final String CHOSEN = "chosen";
  private static final int PREVIEW_DP = 72;

  /** What is to be done with the picture at full size when it is made. */
  private interface WithPicture {
    void accept(Image picture) throws IOException;
  }

  private Session session;
  private CameraFrames camera;
  private HandlerThread filesThread;
  private Handler files;
  private WithPicture whenFull;
  private int restoredStyle;
  private int restoredSecond;
  /** Made on the main thread whenever something is chosen; read on the camera's thread. */
  private volatile StyleEngine.Choice choice;
  private int styleCount;

  private TextView status;
  private CompareView picture;
  private RadioGroup styles;
  private SeekBar strength;
  private Spinner second;
  private SeekBar share;
  private CheckBox keepColours;
  private Switch gpu;

  @Override
  protected void onCreate(Bundle state) {
    super.onCreate(state);
    setContentView(R.layout.main);
    status = findViewById(R.id.status);
    picture = findViewById(R.id.picture);
    styles = findViewById(R.id.styles);
    strength = findViewById(R.id.strength);
    second = findViewById(R.id.second);
    share = findViewById(R.id.blend_share);
    keepColours = findViewById(R.id.keep_colours);
    gpu = findViewById(R.id.gpu);
    filesThread = new HandlerThread("files");
    filesThread.start();
    files = new Handler(filesThread.getLooper());
    if (state != null) {
      int[] chosen = state.getIntArray(CHOSEN);
      restoredStyle = chosen == null ? 0 : chosen[0];
      restoredSecond = chosen == null ? 0 : chosen[1];
    }
    session = (Session) getLastNonConfigurationInstance();
    if (session == null) {
      session = new Session(getAssets());
    }
    showLast();
    listen();
    session.engine.setListener(this);
  }

  private void listen() {
    findViewById(R.id.photo).setOnClickListener(view -> choosePhoto());
    findViewById(R.id.camera).setOnClickListener(view -> toggleCamera());
    findViewById(R.id.save).setOnClickListener(view -> chooseTarget());
    findViewById(R.id.share).setOnClickListener(view -> makeFull(this::sharePicture));
    styles.setOnCheckedChangeListener((group, id) -> onChoice());
    keepColours.setOnCheckedChangeListener((button, on) -> onChoice());
    gpu.setOnCheckedChangeListener((button, on) -> onChoice());
    SeekBar.OnSeekBarChangeListener onSlide = new SeekBar.OnSeekBarChangeListener() {
      @Override
      public void onProgressChanged(SeekBar bar, int value, boolean byPerson) {
        onChoice();
      }

      @Override
      public void onStartTrackingTouch(SeekBar bar) {}

      @Override
      public void onStopTrackingTouch(SeekBar bar) {}
    };
    strength.setOnSeekBarChangeListener(onSlide);
    share.setOnSeekBarChangeListener(onSlide);
    second.setOnItemSelectedListener(new AdapterView.OnItemSelectedListener() {
      @Override
      public void onItemSelected(AdapterView<?> list, View item, int position, long id) {
        share.setEnabled(position > 0);
        onChoice();
      }

      @Override
      public void onNothingSelected(AdapterView<?> list) {}
    });
  }

  // What outlives this activity, and what does not

  @Override
  public Object onRetainNonConfigurationInstance() {
    return session;
  }

  @Override
  protected void onSaveInstanceState(Bundle state) {
    super.onSaveInstanceState(state);
    int style = Math.max(0, styles.getCheckedRadioButtonId() - 1);
    state.putIntArray(CHOSEN, new int[] {style, Math.max(0, second.getSelectedItemPosition())});
  }

  @Override
  protected void onResume() {
    super.onResume();
    if (session.cameraIsOn) {
      openCamera();
    }
  }

  @Override
  protected void onPause() {
    closeCamera();
    super.onPause();
  }

  @Override
  protected void onDestroy() {
    session.engine.setListener(null);
    filesThread.quitSafely();
    if (!isChangingConfigurations()) {
      session.engine.close();
    }
    super.onDestroy();
  }

  @Override
  public void onTrimMemory(int level) {
    super.onTrimMemory(level);
    if (level >= TRIM_MEMORY_RUNNING_CRITICAL) {
      session.engine.stop(); // a picture at full size is what takes memory
    }
  }

  // Model

  @Override
  public void onModel(ModelFile model) {
    List<String> names = model.card.styles;
    styleCount = names.size();
    styles.removeAllViews();
    List<String> others = new ArrayList<>();
    others.add(getString(R.string.nothing));
    for (int i = 0; i < names.size(); i++) {
      styles.addView(styleButton(i, title(names.get(i)), model.preview(i)));
      others.add(title(names.get(i)));
    }
    ArrayAdapter<String> adapter =
        new ArrayAdapter<>(this, android.R.layout.simple_spinner_item, others);
    adapter.setDropDownViewResource(android.R.layout.simple_spinner_dropdown_item);
    second.setAdapter(adapter);
    second.setSelection(Math.min(restoredSecond, names.size()));
    styles.check(1 + Math.min(restoredStyle, names.size() - 1));
    if (session.after == null) {
      status.setText(R.string.hint);
    }
    onChoice();
  }

  /** A button whose id is the style's number, from 1: ids of views start there. */
  private RadioButton styleButton(int style, String name, byte[] preview) {
    RadioButton button = new RadioButton(this);
    button.setId(1 + style);
    button.setText(name);
    button.setContentDescription(getString(R.string.style, name));
    Bitmap bitmap = preview == null
        ? null : BitmapFactory.decodeByteArray(preview, 0, preview.length);
    if (bitmap != null) {
      int side = Math.round(PREVIEW_DP * getResources().getDisplayMetrics().density);
      BitmapDrawable drawable = new BitmapDrawable(getResources(), bitmap);
      drawable.setBounds(0, 0, side, side);
      button.setCompoundDrawables(null, drawable, null, null);
    }
    return button;
  }

  /** "the_scream" is a name for files; people read "The scream". */
  private static String title(String style) {
    String words = style.replace('_', ' ');
    return words.substring(0, Math.min(1, words.length())).toUpperCase(Locale.ROOT)
        + words.substring(Math.min(1, words.length()));
  }

  private void onChoice() {
    if (styleCount == 0) {
      return;
    }
    int first = Math.max(0, styles.getCheckedRadioButtonId() - 1);
    int other = second.getSelectedItemPosition() - 1;
    float[] weights =
        StyleWeights.blend(styleCount, first, Math.max(-1, other), share.getProgress() / 100f);
    choice = new StyleEngine.Choice(
        new Stylizer.Settings(weights, strength.getProgress() / 100f),
        keepColours.isChecked(), gpu.isChecked());
    if (session.photo != null && !session.cameraIsOn) {
      session.engine.stylize(session.photo, choice, Stylizer.PREVIEW_PIXELS);
    }
  }

  @Override
  public void onPicture(Image photo, Image stylized) {
    session.before = photo;
    session.after = stylized;
    showLast();
    String times = getString(R.string.times,
        session.engine.milliseconds(0.5), session.engine.milliseconds(0.95));
    status.setText(getString(R.string.status,
        stylized.width + " × " + stylized.height, runtime(), times));
  }

  private String runtime() {
    String what = session.engine.runtime();
    if (what.equals("GPU")) {
      return what;
    }
    return what.isEmpty()
        ? getString(R.string.cpu, StyleEngine.threads())
        : getString(R.string.cpu_because, StyleEngine.threads(), what);
  }

  private void showLast() {
    if (session.after != null) {
      picture.show(PhotoFiles.bitmap(session.before), PhotoFiles.bitmap(session.after));
    }
  }

  @Override
  public void onError(Throwable error) {
    whenFull = null;
    if (error instanceof OutOfMemoryError) {
      status.setText(R.string.no_memory);
    } else if (error instanceof LinkageError) {
      status.setText(getString(R.string.no_runtime, error.getMessage()));
    } else if (error.getMessage() == null || error.getMessage().isEmpty()) {
      status.setText(R.string.no_models);
    } else {
      status.setText(error.getMessage());
    }
  }

  // Photo

  private void choosePhoto() {
    start(new Intent(Intent.ACTION_OPEN_DOCUMENT)
        .addCategory(Intent.CATEGORY_OPENABLE).setType("image/*"), OPEN_PHOTO);
  }

  private void start(Intent intent, int request) {
    try {
      startActivityForResult(intent, request);
    } catch (ActivityNotFoundException exception) {
      status.setText(R.string.no_app);
    }
  }

  @Override
  protected void onActivityResult(int request, int result, Intent data) {
    Uri uri = data == null ? null : data.getData();
    if (result != RESULT_OK || uri == null) {
      return;
    }
    if (request == OPEN_PHOTO) {
      session.cameraIsOn = false;
      closeCamera();
      inBackground(() -> openPhoto(uri));
    } else if (request == SAVE_PICTURE) {
      makeFull(full -> savePicture(uri, full));
    }
  }

  private void openPhoto(Uri uri) throws IOException {
    Image photo = PhotoFiles.open(getContentResolver(), uri);
    runOnUiThread(() -> {
      if (photo == null) {
        status.setText(R.string.no_image);
      } else {
        session.photo = photo;
        onChoice();
      }
    });
  }

  // Save and share

  private void chooseTarget() {
    if (session.after == null) {
      status.setText(R.string.hint);
      return;
    }
    start(new Intent(Intent.ACTION_CREATE_DOCUMENT).addCategory(Intent.CATEGORY_OPENABLE)
        .setType(SharedPictureProvider.TYPE).putExtra(Intent.EXTRA_TITLE, "stylized.jpg"),
        SAVE_PICTURE);
  }

  /** Make the picture at full size, or take the camera's last one, and go on with it. */
  private void makeFull(WithPicture then) {
    if (session.after == null || choice == null) {
      status.setText(R.string.hint);
    } else if (session.photo == null || session.cameraIsOn) {
      Image shown = session.after;
      inBackground(() -> then.accept(shown));
    } else {
      whenFull = then;
      session.engine.stylizeFull(session.photo, choice);
    }
  }

  @Override
  public void onProgress(float share) {
    status.setText(getString(R.string.saving, Math.round(100 * share)));
  }

  @Override
  public void onFull(Image stylized) {
    WithPicture then = whenFull;
    whenFull = null;
    if (then != null && stylized != null) {
      inBackground(() -> then.accept(stylized));
    }
  }

  private void savePicture(Uri uri, Image full) throws IOException {
    PhotoFiles.save(getContentResolver(), uri, full);
    runOnUiThread(() -> status.setText(getString(R.string.saved, full.width, full.height)));
  }

  private void sharePicture(Image full) throws IOException {
    PhotoFiles.saveShared(this, full);
    runOnUiThread(() -> {
      Intent send = new Intent(Intent.ACTION_SEND).setType(SharedPictureProvider.TYPE)
          .putExtra(Intent.EXTRA_STREAM, SharedPictureProvider.PICTURE)
          .addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION);
      send.setClipData(ClipData.newRawUri(null, SharedPictureProvider.PICTURE));
      try {
        startActivity(Intent.createChooser(send, null));
      } catch (ActivityNotFoundException exception) {
        status.setText(R.string.no_app);
      }
    });
  }

  private interface FileWork {
    void run() throws IOException;
  }

  private void inBackground(FileWork work) {
    files.post(() -> {
      try {
        work.run();
      } catch (IOException | SecurityException exception) {
        String reason = String.valueOf(exception.getMessage());
        runOnUiThread(() -> status.setText(getString(R.string.cannot_save, reason)));
      } catch (OutOfMemoryError error) {
        runOnUiThread(() -> status.setText(R.string.no_memory));
      }
    });
  }

  // Camera

  private void toggleCamera() {
    if (session.cameraIsOn) {
      session.cameraIsOn = false;
      closeCamera();
      onChoice();
    } else if (checkSelfPermission(Manifest.permission.CAMERA)
        == PackageManager.PERMISSION_GRANTED) {
      session.cameraIsOn = true;
      openCamera();
    } else {
      requestPermissions(new String[] {Manifest.permission.CAMERA}, ASK_FOR_CAMERA);
    }
  }

  @Override
  public void onRequestPermissionsResult(int request, String[] permissions, int[] results) {
    if (request != ASK_FOR_CAMERA) {
      return;
    }
    if (results.length > 0 && results[0] == PackageManager.PERMISSION_GRANTED) {
      session.cameraIsOn = true;
      openCamera();
    } else {
      status.setText(R.string.camera_refused);
    }
  }

  private void openCamera() {
    closeCamera();
    try {
      camera = new CameraFrames(this, displayDegrees(), this);
    } catch (SecurityException exception) {
      session.cameraIsOn = false; // taken back in the system's settings
      status.setText(R.string.camera_refused);
    }
  }

  private int displayDegrees() {
    switch (getWindowManager().getDefaultDisplay().getRotation()) {
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

  private void closeCamera() {
    if (camera != null) {
      camera.close();
      camera = null;
    }
  }

  @Override
  public boolean wantsFrame() {
    return choice != null && session.engine.isIdle();
  }

  @Override
  public void onFrame(Image frame) {
    session.engine.stylize(frame, choice, Stylizer.PREVIEW_PIXELS);
  }

  @Override
  public void onCameraError(String reason) {
    session.cameraIsOn = false;
    closeCamera();
    status.setText(reason.isEmpty()
        ? getString(R.string.no_camera) : getString(R.string.camera_failed, reason));
  }
}
