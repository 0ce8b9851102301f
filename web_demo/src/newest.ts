/**
 * Run a task again and again, but never twice at once: while it runs, only the last request to run
 * it is kept. Sliders ask far more often than a network answers.
 */
export class Newest {
  private running = false;
  private asked = false;

  constructor(private readonly task: () => Promise<void>) {}

  async ask(): Promise<void> {
    this.asked = true;
    if (this.running) return;
    this.running = true;
    try {
      while (this.asked) {
        this.asked = false;
        await this.task();
      }
    } finally {
      this.running = false;
    }
  }
}
