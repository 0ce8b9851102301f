package org.stylekit.app;

import android.content.res.AssetManager;
import android.net.Uri;
import org.stylekit.core.Image;

/** What outlives a rotation of the screen: the model with its thread, and the pictures. */
final class Session {
  final StyleEngine engine;
  /** The photo as it was opened; null before the first, and with the camera. */
  PhotoFiles.Photo photo;
  /** Shown last. */
  Image before;
  Image after;
  boolean cameraIsOn;
  /** Where the picture goes that is being made at full size; null while none is. */
  Uri target;

  Session(AssetManager assets) {
    engine = new StyleEngine(assets);
  }
}
