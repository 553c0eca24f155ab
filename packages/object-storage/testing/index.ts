export {
  bytesOf,
  type ContractTraits,
  codeOf,
  describeObjectStorage,
  md5,
  type StorageUnderTest,
  storageErrorOf,
} from './contract-suite.ts';
export { RecordingClock } from './recording-clock.ts';
export { refuse, type Script, ScriptedStore, type SeenRequest } from './scripted-store.ts';
export { type SmallAnswer, type SmallRequest, SmallServer } from './small-server.ts';
export { runWriterSequences, type SequenceFigures } from './writer-sequences.ts';
