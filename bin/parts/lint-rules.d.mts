import type { ESLint } from 'eslint';
export function judgeImport(from: string, to: string, typeOnly: boolean): string | undefined;
declare const house: ESLint.Plugin;
export default house;
