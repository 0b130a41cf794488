import type { ESLint } from 'eslint';
export const PURE_MARK: string;
export function importFault(
  from: string,
  to: string,
  typeOnly: boolean,
  isPure: (module: string) => boolean,
): string | undefined;
declare const throughline: ESLint.Plugin;
export default throughline;
