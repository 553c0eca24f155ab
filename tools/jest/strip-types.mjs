// Tests run the very code that services run: types are stripped by Node itself, nothing is compiled.
import { createHash } from 'node:crypto';
import { stripTypeScriptTypes } from 'node:module';

const VERSION = '1';

export default {
  process: (source) => ({ code: stripTypeScriptTypes(source) }),
  getCacheKey: (source, path) =>
    createHash('sha1').update(VERSION).update(process.version).update(path).update('\0').update(source).digest('hex'),
};
