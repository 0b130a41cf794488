import next from 'eslint-config-next/core-web-vitals';
import typescript from 'eslint-config-next/typescript';
import tseslint from 'typescript-eslint';
import throughline from './bin/parts/lint-rules.mjs';

const config = [
  {
    ignores: [
      '.next*/**',
      'node_modules/**',
      'lib/db/generated/**',
      '.demo/**',
      '.cache/**',
      'next-env.d.ts',
    ],
  },
  ...next,
  ...typescript,
  {
    plugins: { throughline },
    rules: {
      'throughline/direction': 'error',
      'throughline/access-decision': 'error',
      'import/no-cycle': ['error', { ignoreExternal: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      'react/no-danger': 'error',
      'no-nested-ternary': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      // The React Compiler is off; virtual lists would not be compiled anyway.
      'react-hooks/incompatible-library': 'off',
      // Signing in or out loads the page anew on purpose: nothing of the other person stays in
      // memory.
      '@next/next/no-location-assign-relative-destination': 'off',
    },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ['bin/**', 'bench/**', 'demo/**', 'e2e/**', 'instrumentation.node.ts'],
    rules: { 'no-console': 'off' },
  },
];
export default config;
