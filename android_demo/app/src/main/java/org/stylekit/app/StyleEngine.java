package org.stylekit.app;

import android.content.res.AssetFileDescriptor;
import android.content.res.AssetManager;
import android.os.Handler;
import android.os.HandlerThread;
import android.os.Looper;
import android.os.SystemClock;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicReference;
import org.stylekit.core.ColorPreservation;
import org.stylekit.core.Image;
import org.stylekit.core.Latency;
import org.stylekit.core.ModelException;
import org.stylekit.core.ModelFile;
import org.stylekit.core.Resize;
import org.stylekit.core.Stylizer;

/**
 * The model and its thread. All work is done there, one piece after the other; of pictures that are
 * asked for while one is made, only the newest is kept. Listeners are called on the main thread.
 */
final class StyleEngine {
  /** Told what came of the work. */
  interface Listener {
    void onModel(ModelFile model);

    /** A picture of the size of {@code photo}. */
    void onPicture(Image photo, Image stylized);

    /** The picture at full size; null if it was not wanted any more. */
    void onFull(Image stylized);

    void onProgress(float share);

    void onError(Throwable error);
  }

  /** What is chosen. */
  static final class Choice {
    final Stylizer.Settings settings;
    final boolean keepColours;
    final boolean gpu;

    Choice(Stylizer.Settings settings, boolean keepColours, boolean gpu) {
      this.settings = settings;
      this.keepColours = keepColours;
      this.gpu = gpu;
    }
  }

  private static final String FOLDER = "models";
  private static final int THREADS = Math.max(1,
      Math.min(4, Runtime.getRuntime().availableProcessors()));

  private final HandlerThread thread = new HandlerThread("model");
  private final Handler worker;
  private final Handler main = new Handler(Looper.getMainLooper());
  private final AssetManager assets;
  private final AtomicReference<Work> newest = new AtomicReference<>();
  private final Latency latency = new Latency(50);
  private volatile Listener listener;
  private volatile boolean fullIsWanted;
  private volatile String runtime = "";

  // Used on the model thread only.
  private ByteBuffer content;
  private ModelFile model;
  private Throwable whyNoModel;
  private TfliteNetwork network;
  private boolean networkWantedGpu;

  StyleEngine(AssetManager assets) {
    this.assets = assets;
    thread.start();
    worker = new Handler(thread.getLooper());
    worker.post(this::load);
  }

  /** Who is told, or null for nobody; a new listener is told of the model, or why there is none. */
  void setListener(Listener listener) {
    this.listener = listener;
    if (listener == null) {
      return;
    }
    worker.post(() -> {
      if (model != null) {
        tell(to -> to.onModel(model));
      } else {
        tell(to -> to.onError(whyNoModel));
      }
    });
  }

  /** How long the last pictures took, for people to read. */
  String latency() {
    return latency.text();
  }

  /** "GPU", or "" for the CPU, or why the GPU is not used. */
  String runtime() {
    return runtime;
  }

  static int threads() {
    return THREADS;
  }

  /** Whether the next picture would be made at once: cameras drop pictures until then. */
  boolean isIdle() {
    return newest.get() == null;
  }

  /** Stylize a picture, shrunk to at most so many pixels. */
  void stylize(Image photo, Choice choice, long pixels) {
    Work work = () -> {
      Stylizer stylizer = stylizer(choice);
      int[] size = Resize.fitted(photo.height, photo.width, pixels);
      Image shown = Resize.resized(photo, size[0], size[1]);
      long start = SystemClock.elapsedRealtimeNanos();
      Image stylized = stylizer.whole(shown, choice.settings, pixels);
      latency.add((SystemClock.elapsedRealtimeNanos() - start) / 1e6);
      Image before = Resize.resized(shown, stylized.height, stylized.width);
      Image after = choice.keepColours ? ColorPreservation.luminance(stylized, before) : stylized;
      tell(to -> to.onPicture(before, after));
    };
    if (newest.getAndSet(work) == null) {
      worker.post(this::runNewest);
    }
  }

  /** Stylize a picture at its full size, unless {@link #stop} is called before it is done. */
  void stylizeFull(Image photo, Choice choice) {
    fullIsWanted = true;
    worker.post(() -> guarded(() -> {
      Image stylized = stylizer(choice).full(photo, choice.settings, share -> {
        tell(to -> to.onProgress(share));
        return fullIsWanted;
      });
      if (stylized != null && choice.keepColours) {
        Image before = Resize.resized(photo, stylized.height, stylized.width);
        stylized = ColorPreservation.luminance(stylized, before);
      }
      Image result = stylized;
      tell(to -> to.onFull(result));
    }));
  }

  void stop() {
    fullIsWanted = false;
  }

  /** Free the model and end the thread. */
  void close() {
    listener = null;
    stop();
    newest.set(null);
    worker.post(() -> {
      if (network != null) {
        network.close();
      }
      thread.quitSafely();
    });
  }

  private void load() {
    try {
      String file = null;
      for (String name : assets.list(FOLDER)) {
        file = name.endsWith(".tflite") ? name : file;
      }
      if (file == null) {
        throw new ModelException("");
      }
      content = mapped(FOLDER + "/" + file);
      model = new ModelFile(content);
    } catch (Exception | OutOfMemoryError error) {
      whyNoModel = error;
    }
  }

  /** The network as it is chosen to run; made anew where that has changed. */
  private Stylizer stylizer(Choice choice) throws ModelException {
    if (model == null) {
      throw new ModelException("");
    }
    if (network == null || networkWantedGpu != choice.gpu) {
      if (network != null) {
        network.close();
        network = null;
      }
      network = new TfliteNetwork(content, choice.gpu, THREADS);
      networkWantedGpu = choice.gpu;
    }
    runtime = network.isOnGpu() ? "GPU" : network.whyNoGpu();
    return new Stylizer(network, model.card);
  }

  private ByteBuffer mapped(String path) throws IOException {
    try (AssetFileDescriptor file = assets.openFd(path);
        FileInputStream stream = new FileInputStream(file.getFileDescriptor())) {
      return stream.getChannel().map(
          FileChannel.MapMode.READ_ONLY, file.getStartOffset(), file.getDeclaredLength());
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  private void runNewest() {
    Work work = newest.get();
    if (work == null) {
      return;
    }
    guarded(work);
    if (!newest.compareAndSet(work, null)) {
      worker.post(this::runNewest);
    }
  }

  /** Do work of which any failure is told; running out of memory is no reason to crash. */
  private void guarded(Work work) {
    try {
      work.run();
    } catch (Exception | LinkageError | OutOfMemoryError error) {
      tell(to -> to.onError(error));
    }
  }

  private interface Telling {
    void to(Listener listener);
  }

  private void tell(Telling telling) {
    main.post(() -> {
      Listener to = listener;
      if (to != null) {
        telling.to(to);
      }
    });
  }
}
