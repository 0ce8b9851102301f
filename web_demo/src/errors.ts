/** Something that the person at the page can understand and do something about. */
export class UserError extends Error {}

/** The message to show for any failure; a RangeError is how browsers refuse a large array. */
export function message(error: unknown): string {
  if (error instanceof UserError) return error.message;
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof RangeError || /out of memory|bad_alloc|OOM|allocation failed/i.test(text)) {
    return "There is not enough memory for this picture: try a smaller one.";
  }
  return `Something went wrong: ${text}`;
}
