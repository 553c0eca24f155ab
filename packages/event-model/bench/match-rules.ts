/** Matching one event against 100 rules of a bucket. Goal: at most 10 µs. Run: `node packages/event-model/bench/match-rules.ts` */
import { compileRules, matchRules } from '../src/compile-rules.ts';
import type { NotificationRule } from '../src/notification-configuration.ts';

const GOAL_US = 10;
const ROUNDS = 200_000;

const rules: NotificationRule[] = Array.from({ length: 100 }, (_, index) => ({
  id: `rule-${index}`,
  arn: `arn:needlestack:sqs::${index % 9}:webhook`,
  targetId: `${index % 9}:webhook`,
  events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'],
  prefix: `tenant-${index % 10}/`,
  suffix: index % 2 === 0 ? '.parquet' : '',
}));
const compiled = compileRules({ rules });

let matches = 0;
for (const rounds of [ROUNDS / 10, ROUNDS]) {
  const startedAt = process.hrtime.bigint();
  for (let round = 0; round < rounds; round += 1) {
    matches += matchRules(compiled, 'ObjectCreated:Put', `tenant-${round % 12}/day/part-${round}.parquet`).length;
  }
  const perMatchUs = Number(process.hrtime.bigint() - startedAt) / 1000 / rounds;
  if (rounds === ROUNDS) {
    console.log(
      JSON.stringify({ cell: 'match 100 rules', perMatchUs: Number(perMatchUs.toFixed(3)), goalUs: GOAL_US, matches }),
    );
  }
}
