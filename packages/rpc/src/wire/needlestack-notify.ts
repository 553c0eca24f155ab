// Made from /proto by `node packages/rpc/src/codegen/main.ts`. Do not edit.
import type { ServerStreamMethod, UnaryMethod } from '../method-types.ts';

export interface Notify {
  readonly ListTargets: UnaryMethod<
    ListTargetsRequestInit,
    ListTargetsRequest,
    ListTargetsResponseInit,
    ListTargetsResponse
  >;
  readonly GetTarget: UnaryMethod<TargetRequestInit, TargetRequest, TargetInit, Target>;
  readonly TestTarget: UnaryMethod<TargetRequestInit, TargetRequest, TestTargetResponseInit, TestTargetResponse>;
  readonly PauseTarget: UnaryMethod<TargetRequestInit, TargetRequest, TargetInit, Target>;
  readonly ResumeTarget: UnaryMethod<TargetRequestInit, TargetRequest, TargetInit, Target>;
  readonly ListDeadLetters: UnaryMethod<
    ListDeadLettersRequestInit,
    ListDeadLettersRequest,
    ListDeadLettersResponseInit,
    ListDeadLettersResponse
  >;
  readonly ReplayDeadLetters: UnaryMethod<
    DeadLettersRequestInit,
    DeadLettersRequest,
    ReplayDeadLettersResponseInit,
    ReplayDeadLettersResponse
  >;
  readonly DiscardDeadLetters: UnaryMethod<
    DeadLettersRequestInit,
    DeadLettersRequest,
    DiscardDeadLettersResponseInit,
    DiscardDeadLettersResponse
  >;
  readonly GetCursor: UnaryMethod<TargetRequestInit, TargetRequest, CursorInit, Cursor>;
  readonly RewindCursor: UnaryMethod<RewindCursorRequestInit, RewindCursorRequest, CursorInit, Cursor>;
  readonly Subscribe: ServerStreamMethod<SubscribeRequestInit, SubscribeRequest, EventInit, Event>;
}

export type ListTargetsRequest = Record<never, never>;
export type ListTargetsRequestInit = Record<never, never>;

export interface ListTargetsResponse {
  readonly targets: readonly Target[];
}
export interface ListTargetsResponseInit {
  readonly targets?: readonly TargetInit[] | undefined;
}

export interface TargetRequest {
  readonly target_id: string;
}
export interface TargetRequestInit {
  readonly target_id?: string | undefined;
}

export interface Target {
  readonly target_id: string;
  readonly arn: string;
  readonly state: string;
  readonly reason: string;
  readonly detail: string;
  readonly queue_depth: string;
  readonly oldest_queued_at_ms: string;
  readonly dead_letter_count: string;
  readonly cursor: string;
}
export interface TargetInit {
  readonly target_id?: string | undefined;
  readonly arn?: string | undefined;
  readonly state?: string | undefined;
  readonly reason?: string | undefined;
  readonly detail?: string | undefined;
  readonly queue_depth?: string | number | bigint | undefined;
  readonly oldest_queued_at_ms?: string | number | bigint | undefined;
  readonly dead_letter_count?: string | number | bigint | undefined;
  readonly cursor?: string | number | bigint | undefined;
}

export interface TestTargetResponse {
  readonly delivered: boolean;
  readonly outcome: string;
  readonly reason: string;
  readonly detail: string;
}
export interface TestTargetResponseInit {
  readonly delivered?: boolean | undefined;
  readonly outcome?: string | undefined;
  readonly reason?: string | undefined;
  readonly detail?: string | undefined;
}

export interface ListDeadLettersRequest {
  readonly target_id: string;
  readonly after_seq: string;
  readonly max: number;
}
export interface ListDeadLettersRequestInit {
  readonly target_id?: string | undefined;
  readonly after_seq?: string | number | bigint | undefined;
  readonly max?: number | undefined;
}

export interface ListDeadLettersResponse {
  readonly dead_letters: readonly DeadLetter[];
}
export interface ListDeadLettersResponseInit {
  readonly dead_letters?: readonly DeadLetterInit[] | undefined;
}

export interface DeadLetter {
  readonly event_id: string;
  readonly seq: string;
  readonly event_name: string;
  readonly bucket: string;
  readonly key: string;
  readonly reason: string;
  readonly detail: string;
  readonly retry_count: number;
  readonly failed_at_ms: string;
  readonly content_type: string;
  readonly body: Buffer;
}
export interface DeadLetterInit {
  readonly event_id?: string | undefined;
  readonly seq?: string | number | bigint | undefined;
  readonly event_name?: string | undefined;
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
  readonly reason?: string | undefined;
  readonly detail?: string | undefined;
  readonly retry_count?: number | undefined;
  readonly failed_at_ms?: string | number | bigint | undefined;
  readonly content_type?: string | undefined;
  readonly body?: Uint8Array | undefined;
}

export interface DeadLettersRequest {
  readonly target_id: string;
  readonly event_ids: readonly string[];
  readonly all: boolean;
}
export interface DeadLettersRequestInit {
  readonly target_id?: string | undefined;
  readonly event_ids?: readonly string[] | undefined;
  readonly all?: boolean | undefined;
}

export interface ReplayDeadLettersResponse {
  readonly delivered: string;
  readonly remaining: string;
}
export interface ReplayDeadLettersResponseInit {
  readonly delivered?: string | number | bigint | undefined;
  readonly remaining?: string | number | bigint | undefined;
}

export interface DiscardDeadLettersResponse {
  readonly discarded: string;
  readonly remaining: string;
}
export interface DiscardDeadLettersResponseInit {
  readonly discarded?: string | number | bigint | undefined;
  readonly remaining?: string | number | bigint | undefined;
}

export interface Cursor {
  readonly target_id: string;
  readonly seq: string;
  readonly head: string;
}
export interface CursorInit {
  readonly target_id?: string | undefined;
  readonly seq?: string | number | bigint | undefined;
  readonly head?: string | number | bigint | undefined;
}

export interface RewindCursorRequest {
  readonly target_id: string;
  readonly seq: string;
}
export interface RewindCursorRequestInit {
  readonly target_id?: string | undefined;
  readonly seq?: string | number | bigint | undefined;
}

export interface SubscribeRequest {
  readonly after_seq: string;
  readonly from_now: boolean;
  readonly bucket: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly events: readonly string[];
}
export interface SubscribeRequestInit {
  readonly after_seq?: string | number | bigint | undefined;
  readonly from_now?: boolean | undefined;
  readonly bucket?: string | undefined;
  readonly prefix?: string | undefined;
  readonly suffix?: string | undefined;
  readonly events?: readonly string[] | undefined;
}

export interface Event {
  readonly seq: string;
  readonly event_id: string;
  readonly event_name: string;
  readonly bucket: string;
  readonly key: string;
  readonly record: Buffer;
  readonly gap: boolean;
}
export interface EventInit {
  readonly seq?: string | number | bigint | undefined;
  readonly event_id?: string | undefined;
  readonly event_name?: string | undefined;
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
  readonly record?: Uint8Array | undefined;
  readonly gap?: boolean | undefined;
}
