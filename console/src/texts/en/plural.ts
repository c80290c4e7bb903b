// Counts in English.

/** A number with what is counted: `1 message`, `2 000 messages`. */
export const plural = (n: number, one: string, many: string) => `${n.toLocaleString('en').replaceAll(',', ' ')} ${n === 1 ? one : many}`;
