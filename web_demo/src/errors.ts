/** Something that the person at the page can understand and do something about. */
export class UserError extends Error {}

/** The message to show for any failure. */
export function message(error: unknown): string {
  if (error instanceof UserError) return error.message;
  const text = error instanceof Error ? error.message : String(error);
  if (/memory|allocation|bad_alloc|abort/i.test(text)) {
    return "There is not enough memory for this picture: try a smaller one.";
  }
  return `Something went wrong: ${text}`;
}
