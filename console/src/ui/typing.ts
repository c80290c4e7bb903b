// Where somebody types: keys do nothing else there, and nothing takes the cursor away.

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.matches('input, textarea, select') || target.isContentEditable);
}
