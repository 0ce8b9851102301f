/** The worker, as functions that return promises. */
import { UserError } from "./errors";
import type { Loaded, LoadRequest, Reply, Request, StylizeRequest, Stylized } from "./protocol";

interface Waiting {
  resolve: (reply: Reply) => void;
  reject: (error: Error) => void;
}

export class Client {
  private readonly worker = new Worker("worker.js");
  private readonly waiting = new Map<number, Waiting>();
  private next = 0;

  constructor() {
    this.worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      const waiting = this.waiting.get(data.id);
      this.waiting.delete(data.id);
      if ("error" in data) waiting?.reject(data.isUsers ? new UserError(data.error) : new Error(data.error));
      else waiting?.resolve(data);
    };
    this.worker.onerror = (event) => {
      for (const { reject } of this.waiting.values()) reject(new Error(event.message || "the worker stopped"));
      this.waiting.clear();
    };
  }

  async load(request: LoadRequest): Promise<Loaded> {
    const reply = await this.ask(request, [request.bytes.buffer]);
    return (reply as { loaded: Loaded }).loaded;
  }

  async stylize(request: StylizeRequest): Promise<Stylized> {
    const reply = await this.ask(request, [request.data.buffer]);
    return (reply as { stylized: Stylized }).stylized;
  }

  private ask(request: Request, transfer: Transferable[]): Promise<Reply> {
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, request }, transfer);
    });
  }
}
