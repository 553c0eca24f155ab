/** What notify keeps in files of its own, when somebody has been at it. */
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileRuleLog } from './file-rule-log.ts';
import { createFileTargetList } from './file-target-list.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'needlestack-notify-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test.each(['rubbish', '7', '{}', '{"seq":"x","bucket":"b","configuration":null}'])(
  'a line of the rule log that is no row is named with its file: %s',
  async (line) => {
    const log = createFileRuleLog(directory);
    await log.append({ seq: 3n, bucket: 'box', configuration: undefined });
    await log.close();
    const path = join(directory, 'rules.log');
    appendFileSync(path, `${line}\n`);
    await expect(createFileRuleLog(directory).load()).rejects.toThrow(`line 2 of ${path} is no row of the rule log`);
  },
);

test.each(['', '{', '{}'])('a list of targets that is none is named: "%s"', async (text) => {
  const path = join(directory, 'known-targets.json');
  writeFileSync(path, text);
  const list = createFileTargetList(directory, 'known-targets.json');
  await expect(list.load()).rejects.toThrow(`${path} holds no list of targets`);
});
