package org.stylekit.app;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.stylekit.core.ModelException;
import org.stylekit.core.Noise;
import org.stylekit.core.StyleNetwork;
import org.tensorflow.lite.DataType;
import org.tensorflow.lite.Interpreter;
import org.tensorflow.lite.Tensor;
import org.tensorflow.lite.gpu.CompatibilityList;
import org.tensorflow.lite.gpu.GpuDelegate;

/** A style network on TensorFlow Lite: on the GPU where that is wanted and works, else XNNPACK. */
final class TfliteNetwork implements StyleNetwork, AutoCloseable {
  private static final String SIGNATURE = "serving_default";

  private final ByteBuffer model;
  private final int threads;
  private GpuDelegate gpu;
  private Interpreter interpreter;
  private String whyNoGpu = "";
  private int[] size = new int[2];

  /**
   * Make an interpreter.
   *
   * @param model a direct buffer, mapped or native, which the interpreter goes on reading.
   * @throws ModelException damaged, or no style network.
   * @throws LinkageError TensorFlow Lite has no library for this device.
   */
  TfliteNetwork(ByteBuffer model, boolean wantGpu, int threads) throws ModelException {
    this.model = model;
    this.threads = threads;
    if (wantGpu) {
      startOnGpu();
    }
    if (interpreter == null) {
      startOnCpu();
    }
    try {
      Tensor photo = interpreter.getInputTensorFromSignature("photo", SIGNATURE);
      if (photo.dataType() != DataType.FLOAT32) {
        throw new ModelException("This model takes bytes: export it with float32 input.");
      }
    } catch (IllegalArgumentException exception) {
      close();
      throw new ModelException("This model is not a style network of stylekit.", exception);
    } catch (ModelException exception) {
      close();
      throw exception;
    }
  }

  /** Whether the GPU runs it. */
  boolean isOnGpu() {
    return gpu != null;
  }

  /** Why the GPU does not run it; empty where it was not asked for. */
  String whyNoGpu() {
    return whyNoGpu;
  }

  @Override
  public int[] fixedSize() {
    int[] shape = interpreter.getInputTensorFromSignature("photo", SIGNATURE).shapeSignature();
    return shape[1] > 0 && shape[2] > 0 ? new int[] {shape[1], shape[2]} : null;
  }

  @Override
  public boolean hasStatistics() {
    return has("statistics");
  }

  private boolean has(String input) {
    return Arrays.asList(interpreter.getSignatureInputs(SIGNATURE)).contains(input);
  }

  @Override
  public Output run(
      float[] photo, int height, int width, float[] styleWeights, float strength,
      float[] statistics, float[] noise) throws ModelException {
    try {
      return runOnce(photo, height, width, styleWeights, strength, statistics, noise);
    } catch (IllegalArgumentException | IllegalStateException exception) {
      if (gpu == null) {
        throw new ModelException("The model cannot be run: " + exception.getMessage(), exception);
      }
      // The delegate took the graph and then failed at this size.
      whyNoGpu = firstLine(exception);
      close();
      startOnCpu();
      return runOnce(photo, height, width, styleWeights, strength, statistics, noise);
    }
  }

  private Output runOnce(
      float[] photo, int height, int width, float[] styleWeights, float strength,
      float[] statistics, float[] noise) {
    resize(height, width);
    Map<String, Object> inputs = new HashMap<>();
    inputs.put("photo", FloatBuffer.wrap(photo));
    inputs.put("style_weights", FloatBuffer.wrap(styleWeights));
    inputs.put("strength", FloatBuffer.wrap(new float[] {strength}));
    float[] stylized = new float[photo.length];
    float[] used = new float[0];
    Map<String, Object> outputs = new HashMap<>();
    outputs.put("stylized", FloatBuffer.wrap(stylized));
    if (hasStatistics()) {
      int count = interpreter.getInputTensorFromSignature("statistics", SIGNATURE).numElements();
      used = new float[count];
      float[] given = statistics != null ? statistics : new float[count];
      inputs.put("statistics", FloatBuffer.wrap(given));
      outputs.put("statistics", FloatBuffer.wrap(used));
    }
    if (noise.length > 0) {
      inputs.put("noise", FloatBuffer.wrap(noise));
    }
    interpreter.runSignature(inputs, outputs, SIGNATURE);
    return new Output(stylized, used);
  }

  private void resize(int height, int width) {
    if (size[0] == height && size[1] == width) {
      return;
    }
    if (fixedSize() == null) {
      resizeInput("photo", height, width);
      if (has("noise")) {
        resizeInput("noise", height / Noise.STRIDE, width / Noise.STRIDE);
      }
      interpreter.allocateTensors();
    }
    size = new int[] {height, width};
  }

  private void resizeInput(String name, int height, int width) {
    Tensor tensor = interpreter.getInputTensorFromSignature(name, SIGNATURE);
    for (int i = 0; i < interpreter.getInputTensorCount(); i++) {
      if (interpreter.getInputTensor(i).index() == tensor.index()) {
        interpreter.resizeInput(i, new int[] {1, height, width, tensor.shape()[3]});
      }
    }
  }

  private void startOnGpu() {
    try (CompatibilityList devices = new CompatibilityList()) {
      if (!devices.isDelegateSupportedOnThisDevice()) {
        whyNoGpu = "not known to work on this device";
        return;
      }
      gpu = new GpuDelegate(devices.getBestOptionsForThisDevice());
      interpreter = new Interpreter(model, new Interpreter.Options().addDelegate(gpu));
    } catch (IllegalArgumentException | IllegalStateException | UnsupportedOperationException
        | LinkageError exception) {
      whyNoGpu = firstLine(exception);
      close();
    }
  }

  private void startOnCpu() throws ModelException {
    Interpreter.Options options = new Interpreter.Options().setNumThreads(threads);
    try {
      interpreter = new Interpreter(model, options.setUseXNNPACK(true));
    } catch (IllegalArgumentException | IllegalStateException exception) {
      throw new ModelException("The model file is damaged: " + firstLine(exception), exception);
    }
    size = new int[2];
  }

  private static String firstLine(Throwable exception) {
    String message = String.valueOf(exception.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  /** Free everything native; may be called twice. */
  @Override
  public void close() {
    if (interpreter != null) {
      interpreter.close();
      interpreter = null;
    }
    if (gpu != null) {
      gpu.close();
      gpu = null;
    }
  }
}
