export { refuse, type Script, ScriptedStore, type SeenRequest } from './scripted-store.ts';
