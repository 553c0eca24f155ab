import { IDEMPOTENCY_LIFETIME_ISO } from '../../core/tables/limits.ts';
import { NAMESPACE_SEPARATOR } from '../../core/tables/namespace-path.ts';
import type { Warehouse } from '../../core/tables/warehouse.ts';
import type { IcebergAnswer } from './iceberg-answer.ts';
import type { ClientSettings } from './iceberg-operation.ts';
import { fileSettings } from './table-answers.ts';

/** getConfig: where the warehouse lies in the path, how namespaces are joined there, and exactly what works. */
export function getConfig(settings: ClientSettings, warehouse: Warehouse, endpoints: readonly string[]): IcebergAnswer {
  return {
    status: 200,
    body: {
      defaults: fileSettings(settings, warehouse),
      overrides: {
        prefix: encodeURIComponent(warehouse.bucket),
        'namespace-separator': encodeURIComponent(NAMESPACE_SEPARATOR),
      },
      endpoints,
      'idempotency-key-lifetime': IDEMPOTENCY_LIFETIME_ISO,
    },
  };
}
