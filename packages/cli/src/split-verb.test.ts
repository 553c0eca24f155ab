import { splitVerb } from './split-verb.ts';

test.each([
  [['volume', '-port=1'], 'volume', ['-port=1']],
  [['-v=2', 'volume', '-port', '1'], 'volume', ['-v=2', '-port', '1']],
  [['-v', 'volume'], 'volume', ['-v']],
  [['-v', '3', 'volume'], 'volume', ['-v', '3']],
  [
    ['--config_dir', '/etc/store', '-logdir=/tmp', 'volume', '-v'],
    'volume',
    ['--config_dir', '/etc/store', '-logdir=/tmp', '-v'],
  ],
  [['-h'], undefined, ['-h']],
  [[], undefined, []],
])('%j', (argv, verb, rest) => {
  expect(splitVerb(argv)).toEqual({ verb, argv: rest });
});
