package org.stylekit.app;

import android.app.Activity;
import android.graphics.Bitmap;
import android.graphics.BitmapFactory;
import android.graphics.drawable.BitmapDrawable;
import android.view.Gravity;
import android.view.View;
import android.widget.AdapterView;
import android.widget.ArrayAdapter;
import android.widget.Button;
import android.widget.CheckBox;
import android.widget.RadioButton;
import android.widget.RadioGroup;
import android.widget.SeekBar;
import android.widget.Spinner;
import android.widget.Switch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.stylekit.core.ModelFile;
import org.stylekit.core.StyleWeights;
import org.stylekit.core.Stylizer;

/** The controls of the screen: the styles of the model, strength, a second style and its share. */
final class StyleControls {
  private static final int PREVIEW_DP = 72;

  private final Activity screen;
  private final int[] restored;
  private final Runnable onChoice;
  private final RadioGroup styles;
  private final SeekBar strength;
  private final Spinner second;
  private final SeekBar share;
  private final CheckBox keepColours;
  private final Switch gpu;
  private final Button another;
  /** Of the noise; its 32 bits are a number without sign. */
  private int seed;
  /** 0 before there is a model. */
  private int styleCount;

  /**
   * Find the controls on the screen.
   *
   * @param restored what {@link #chosen} gave when the screen was left; null if it is new.
   * @param onChoice told of every change.
   */
  StyleControls(Activity screen, int[] restored, Runnable onChoice) {
    this.screen = screen;
    this.restored = restored != null ? restored : new int[3];
    this.onChoice = onChoice;
    styles = screen.findViewById(R.id.styles);
    strength = screen.findViewById(R.id.strength);
    second = screen.findViewById(R.id.second);
    share = screen.findViewById(R.id.blend_share);
    keepColours = screen.findViewById(R.id.keep_colours);
    gpu = screen.findViewById(R.id.gpu);
    another = screen.findViewById(R.id.another);
    seed = this.restored[2];
    listen();
  }

  private void listen() {
    styles.setOnCheckedChangeListener((group, id) -> onChoice.run());
    keepColours.setOnCheckedChangeListener((button, on) -> onChoice.run());
    gpu.setOnCheckedChangeListener((button, on) -> onChoice.run());
    another.setOnClickListener(button -> {
      seed++;
      showSeed();
      onChoice.run();
    });
    SeekBar.OnSeekBarChangeListener onSlide = new SeekBar.OnSeekBarChangeListener() {
      @Override
      public void onProgressChanged(SeekBar bar, int value, boolean byPerson) {
        onChoice.run();
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
        onChoice.run();
      }

      @Override
      public void onNothingSelected(AdapterView<?> list) {}
    });
  }

  /** Offer the styles of a model. */
  void show(ModelFile model) {
    List<String> names = model.card.styles;
    List<String> others = new ArrayList<>();
    others.add(screen.getString(R.string.nothing));
    styles.clearCheck(); // it would remember a button that is gone
    styles.removeAllViews();
    for (int i = 0; i < names.size(); i++) {
      styles.addView(styleButton(i, title(names.get(i)), model.preview(i)));
      others.add(title(names.get(i)));
    }
    ArrayAdapter<String> adapter =
        new ArrayAdapter<>(screen, android.R.layout.simple_spinner_item, others);
    adapter.setDropDownViewResource(android.R.layout.simple_spinner_dropdown_item);
    second.setAdapter(adapter);
    second.setSelection(Math.min(restored[1], names.size()));
    int blending = names.size() > 1 ? View.VISIBLE : View.GONE; // else there is nothing to blend with
    ((View) second.getParent()).setVisibility(blending);
    ((View) share.getParent()).setVisibility(blending);
    another.setVisibility(model.card.noise().length > 0 ? View.VISIBLE : View.GONE);
    showSeed();
    styleCount = names.size();
    styles.check(1 + Math.min(restored[0], names.size() - 1));
  }

  private void showSeed() {
    another.setText(screen.getString(R.string.another, Integer.toUnsignedString(seed)));
  }

  /** A button whose id is the style's number, from 1: ids of views start there. */
  private RadioButton styleButton(int style, String name, byte[] preview) {
    RadioButton button = new RadioButton(screen);
    button.setId(1 + style);
    button.setText(name);
    button.setContentDescription(screen.getString(R.string.style, name));
    button.setGravity(Gravity.CENTER_HORIZONTAL);
    button.setBackgroundResource(R.drawable.style);
    button.setButtonDrawable(null); // its frame says which is chosen
    float density = screen.getResources().getDisplayMetrics().density;
    int padding = Math.round(6 * density);
    button.setPadding(padding, padding, padding, padding);
    button.setMinimumHeight(Math.round(48 * density));
    Bitmap bitmap = preview == null
        ? null : BitmapFactory.decodeByteArray(preview, 0, preview.length);
    if (bitmap != null) {
      int side = Math.round(PREVIEW_DP * density);
      BitmapDrawable drawable = new BitmapDrawable(screen.getResources(), bitmap);
      drawable.setBounds(0, 0, side, side);
      button.setCompoundDrawables(null, drawable, null, null);
    }
    return button;
  }

  /** "the_scream" is a name for files; people read "The scream". */
  private static String title(String style) {
    String words = style.replace('_', ' ');
    int first = Math.min(1, words.length());
    return words.substring(0, first).toUpperCase(Locale.ROOT) + words.substring(first);
  }

  /** What is chosen; null as long as there is no model. */
  StyleEngine.Choice choice() {
    if (styleCount == 0) {
      return null;
    }
    int[] chosen = chosen();
    float[] weights =
        StyleWeights.blend(styleCount, chosen[0], chosen[1] - 1, share.getProgress() / 100f);
    return new StyleEngine.Choice(
        new Stylizer.Settings(weights, strength.getProgress() / 100f, seed),
        keepColours.isChecked(), gpu.isChecked());
  }

  /** Numbers of the style and of the second one's entry, and the seed; the rest restores itself. */
  int[] chosen() {
    return new int[] {
        Math.max(0, styles.getCheckedRadioButtonId() - 1),
        Math.max(0, second.getSelectedItemPosition()), seed};
  }
}
