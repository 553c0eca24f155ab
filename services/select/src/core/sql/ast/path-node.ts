/** A name as it was written: bare names ignore case, quoted ones do not. */
export interface NameStep {
  readonly kind: 'name';
  readonly name: string;
  readonly isQuoted: boolean;
}

export interface IndexStep {
  readonly kind: 'index';
  readonly index: number;
}

/** `[*]` */
export interface EachItemStep {
  readonly kind: 'eachItem';
}

/** `.*` */
export interface EachMemberStep {
  readonly kind: 'eachMember';
}

export type PathStep = NameStep | IndexStep | EachItemStep | EachMemberStep;

/** `root.step[step]…` */
export interface PathNode {
  readonly kind: 'path';
  readonly root: NameStep;
  readonly steps: readonly PathStep[];
}

export const isWildcard = (step: PathStep): boolean => step.kind === 'eachItem' || step.kind === 'eachMember';
