package org.stylekit.app;

import android.content.res.AssetManager;
import org.stylekit.core.Image;

/** What outlives a rotation of the screen: the model with its thread, and the pictures. */
final class Session {
  final StyleEngine engine;
  /** The photo as it was opened; null before the first, and with the camera. */
  Image photo;
  /** Shown last. */
  Image before;
  Image after;
  boolean cameraIsOn;

  Session(AssetManager assets) {
    engine = new StyleEngine(assets);
  }
}
