import { type Code, code, OP } from './instructions.ts';
import { unsignedLeb } from './leb128.ts';

export interface WasmFunction {
  readonly name: string;
  /** Types of the parameters, which are the first locals. */
  readonly parameters: Code;
  /** Types of what it returns. */
  readonly results: Code;
  /** Count and type of the locals that follow, in pairs. */
  readonly locals: readonly (readonly [count: number, type: number])[];
  readonly body: Code;
}

/** Imported as `env.memory`, of at least a page; or the module's own, of so many pages, exported as `memory`. */
export type WasmMemory = 'imported' | { readonly pages: number };

const MAGIC_AND_VERSION: Code = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const FUNCTION_TYPE = 0x60;
const FUNCTION = 0;
const MEMORY = 2;

const sized = (bytes: Code): Code => [...unsignedLeb(bytes.length), ...bytes];
const vector = (items: readonly Code[]): Code => code(unsignedLeb(items.length), ...items);
const section = (id: number, items: readonly Code[]): Code => [id, ...sized(vector(items))];
const name = (text: string): Code => sized([...Buffer.from(text)]);

/** A module that exports its functions. They call each other by their places in the list. */
export function assembleModule(functions: readonly WasmFunction[], memory: WasmMemory): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters, results }) => code(FUNCTION_TYPE, sized(parameters), sized(results)));
  const bodies = functions.map(({ locals, body }) =>
    sized(code(vector(locals.map(([count, type]) => code(unsignedLeb(count), type))), body, OP.end)),
  );
  const exported = functions.map((declared, index) => code(name(declared.name), FUNCTION, unsignedLeb(index)));
  const isImported = memory === 'imported';
  return Uint8Array.from(
    code(
      MAGIC_AND_VERSION,
      section(1, types),
      isImported ? section(2, [code(name('env'), name('memory'), MEMORY, 0, 1)]) : [],
      section(
        3,
        functions.map((_, index) => unsignedLeb(index)),
      ),
      isImported ? [] : section(5, [code(0, unsignedLeb(memory.pages))]),
      section(7, isImported ? exported : [code(name('memory'), MEMORY, 0), ...exported]),
      section(10, bodies),
    ),
  );
}
