import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/** What each type of project may import; `docs/adr/0003-layout.md` says why. */
const DIRECTIONS = {
  pure: ['pure'],
  ports: ['pure'],
  stream: ['pure', 'ports'],
  adapter: ['pure', 'ports', 'adapter'],
  runtime: ['pure', 'ports', 'stream'],
  service: ['pure', 'ports', 'stream', 'runtime'],
  simulation: ['pure', 'ports', 'stream', 'service'],
  testkit: ['adapter'],
  platform: ['pure', 'ports', 'stream', 'adapter', 'runtime', 'service'],
  app: ['pure', 'ports', 'stream', 'runtime', 'service', 'simulation', 'platform', 'app'],
};

const boundaries = Object.entries(DIRECTIONS).map(([type, may]) => ({
  sourceTag: `type:${type}`,
  onlyDependOnLibsWithTags: may.map((each) => `type:${each}`),
}));

const PURE = 'libs/{contracts,customer-context,journey-engine,decisioning,workspace}/src/**/*.ts';
const TESTS = ['**/*.spec.ts', '**/*.suite.ts', '**/testing/**/*.ts', 'e2e/**/*.ts'];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '**/*.mjs', '**/*.cjs'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: [] }, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { depConstraints: boundaries, enforceBuildableLibDependency: false, banTransitiveDependencies: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      '@typescript-eslint/unbound-method': 'off',
      complexity: ['error', 13],
      eqeqeq: 'error',
      'max-depth': ['error', 3],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 4],
      'no-duplicate-imports': ['error', { allowSeparateTypeImports: true }],
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-restricted-exports': [
        'error',
        {
          restrictDefaultExports: {
            direct: true,
            named: true,
            defaultFrom: true,
            namedFrom: true,
            namespaceFrom: true,
          },
        },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Read the environment in one place: the main.ts of an app.' },
      ],
    },
  },
  {
    files: [PURE],
    ignores: TESTS,
    rules: {
      'no-restricted-globals': ['error', 'process', 'console', 'setTimeout', 'setInterval', 'fetch', 'performance'],
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['node:*'], message: 'Pure libraries know no platform.' }] },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Time is an argument.' },
        { object: 'Math', property: 'random', message: 'Randomness is an argument.' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'Time is an argument.' },
      ],
    },
  },
  {
    files: TESTS,
    rules: {
      'max-lines-per-function': 'off',
      'max-params': 'off',
      '@nx/enforce-module-boundaries': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      'no-restricted-properties': 'off',
    },
  },
  { files: ['apps/*/src/main.ts', 'libs/testkit/src/*.ts'], rules: { 'no-restricted-properties': 'off' } },
);
