import modules from './.dependency-cruiser.mjs';

/** Circles between folders, seen without tests: those reach everything, and lead from each folder to each other one. */
export default {
  forbidden: [
    {
      name: 'no-folder-cycles',
      comment: 'Two folders that need each other are one, whatever their names say',
      severity: 'error',
      scope: 'folder',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    ...modules.options,
    exclude: { path: '(^|/)(dist|coverage|data)/|^test/|[.]spec[.]ts$' },
  },
};
