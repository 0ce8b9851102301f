/** The device's camera, or why there is none. */
import { UserError } from "./errors";

const REASONS: Record<string, string> = {
  NotAllowedError: "The camera was not allowed: allow it in your browser's settings for this page, or choose a photo.",
  NotFoundError: "No camera was found: choose a photo instead.",
  NotReadableError: "The camera is used by another program: close that, or choose a photo.",
};

export class Camera {
  private constructor(
    private readonly stream: MediaStream,
    readonly video: HTMLVideoElement,
  ) {}

  /** @throws UserError where there is no camera, or it may not be used. */
  static async open(video: HTMLVideoElement): Promise<Camera> {
    if (!navigator.mediaDevices?.getUserMedia) {
      throw new UserError("The camera can be used on pages from this device or over https only.");
    }
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment", width: { ideal: 640 }, height: { ideal: 480 } },
      });
    } catch (error) {
      const name = (error as DOMException).name;
      throw new UserError(REASONS[name] ?? `The camera could not be opened (${name}): choose a photo.`);
    }
    const camera = new Camera(stream, video);
    try {
      video.srcObject = stream;
      await video.play();
    } catch (error) {
      camera.close();
      throw new UserError(`The camera could not be shown (${(error as DOMException).name}): choose a photo.`);
    }
    return camera;
  }

  /** Whether the device still gives pictures: cameras can be unplugged. */
  get live(): boolean {
    return this.stream.getVideoTracks().some((track) => track.readyState === "live");
  }

  close(): void {
    for (const track of this.stream.getTracks()) track.stop();
    this.video.srcObject = null;
  }
}
