/** One row of the table in bench/results.md. `floor` and `ratio` may be empty. */
export function row(
  what: string,
  measured: string,
  floor: string,
  ratio: string,
  wanted: string,
): string {
  return `| ${[what, measured, floor, ratio, wanted].join(' | ')} |`;
}
