package org.stylekit.app;

import android.content.Context;
import android.graphics.Bitmap;
import android.graphics.Canvas;
import android.graphics.Color;
import android.graphics.Paint;
import android.graphics.Rect;
import android.util.AttributeSet;
import android.view.KeyEvent;
import android.view.MotionEvent;
import android.view.View;

/** A picture before and after, with a border between them that follows the finger. */
public final class CompareView extends View {
  private static final float KEY_STEP = 0.1f;

  private final Paint smooth = new Paint(Paint.FILTER_BITMAP_FLAG);
  private final Paint line = new Paint();
  private final Rect place = new Rect();
  private Bitmap before;
  private Bitmap after;
  /** How much of the width shows the photo, from the left. */
  private float split;

  public CompareView(Context context, AttributeSet attributes) {
    super(context, attributes);
    line.setColor(Color.WHITE);
    line.setStrokeWidth(2 * getResources().getDisplayMetrics().density);
  }

  /** Show two pictures of one shape. */
  void show(Bitmap before, Bitmap after) {
    this.before = before;
    this.after = after;
    invalidate();
  }

  @Override
  protected void onDraw(Canvas canvas) {
    if (after == null) {
      return;
    }
    double scale = Math.min(
        (double) getWidth() / after.getWidth(), (double) getHeight() / after.getHeight());
    int width = (int) Math.round(after.getWidth() * scale);
    int height = (int) Math.round(after.getHeight() * scale);
    int left = (getWidth() - width) / 2;
    int top = (getHeight() - height) / 2;
    place.set(left, top, left + width, top + height);
    canvas.drawBitmap(after, null, place, smooth);
    if (split > 0) {
      float border = left + split * width;
      canvas.save();
      canvas.clipRect(left, top, border, top + height);
      canvas.drawBitmap(before, null, place, smooth);
      canvas.restore();
      canvas.drawLine(border, top, border, top + height, line);
    }
  }

  @Override
  public boolean onTouchEvent(MotionEvent event) {
    if (place.width() == 0) {
      return false;
    }
    if (event.getAction() == MotionEvent.ACTION_UP) {
      performClick();
    }
    setSplit((event.getX() - place.left) / place.width());
    return true;
  }

  @Override
  public boolean performClick() {
    return super.performClick();
  }

  @Override
  public boolean onKeyDown(int code, KeyEvent event) {
    if (code == KeyEvent.KEYCODE_DPAD_RIGHT && split < 1) {
      setSplit(split + KEY_STEP);
      return true;
    }
    if (code == KeyEvent.KEYCODE_DPAD_LEFT && split > 0) {
      setSplit(split - KEY_STEP);
      return true;
    }
    return super.onKeyDown(code, event);
  }

  private void setSplit(float value) {
    split = Math.max(0, Math.min(1, value));
    invalidate();
  }
}
