/** Numbers in Base64 VLQ, as Python codes rings and lines. */
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export function coded(numbers: readonly number[]): string {
  return numbers.map((number) => digits(Math.abs(number) * 2 + (number < 0 ? 1 : 0))).join("");
}

function digits(rest: number): string {
  return rest < 32 ? BASE64.charAt(rest) : BASE64.charAt(32 + (rest % 32)) + digits(Math.floor(rest / 32));
}
