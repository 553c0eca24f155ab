import type { handleBidiStreamingCall, Server, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import { loadSync, type PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { protoPath as HEALTH_PROTO_PATH } from 'grpc-health-check';
import { loadProtos } from '../load-protos.ts';
import { SESSION_SERVICE_NAME } from '../session/session-service.ts';
import type { AdapterContext } from './adapt-handler.ts';
import { completeDescriptors } from './complete-descriptors.ts';

export const HEALTH_SERVICE_NAME = 'grpc.health.v1.Health';

type Handler = handleBidiStreamingCall<unknown, unknown>;

/** The library's services (v1 and v1alpha), with the handlers that answer from the tables of `reflection`. All are bidirectional streams. */
const servicesOf = (reflection: ReflectionService): [ServiceDefinition, UntypedServiceImplementation][] => {
  const services: [ServiceDefinition, UntypedServiceImplementation][] = [];
  reflection.addToServer({
    addService: (definition, implementation) => services.push([definition, implementation]),
  });
  return services;
};

let definitions: readonly ServiceDefinition[] | undefined;

/** What the services look like on the wire is the same for every server. */
const reflectionDefinitions = (): readonly ServiceDefinition[] => {
  definitions ??= servicesOf(new ReflectionService({}, { services: [] })).map(([definition]) => definition);
  return definitions;
};

/** Handlers by the method's path, such as `/grpc.reflection.v1.ServerReflection/ServerReflectionInfo`. */
const buildHandlers = (protos: PackageDefinition, services: readonly string[]): ReadonlyMap<string, Handler> => {
  const handlers = new Map<string, Handler>();
  for (const [definition, implementation] of servicesOf(new ReflectionService(protos, { services: [...services] }))) {
    for (const [method, { path }] of Object.entries(definition)) handlers.set(path, implementation[method] as Handler);
  }
  return handlers;
};

/**
 * Lets clients list and describe the services, the standard health service included. The tables behind the answers are
 * made when somebody first asks: they would cost every start some 50 ms, and hardly any server is ever asked.
 */
export const addReflection = (
  server: Pick<Server, 'addService'>,
  protos: PackageDefinition,
  serviceNames: readonly string[],
  adapter: AdapterContext,
): void => {
  let handlers: ReadonlyMap<string, Handler> | undefined;
  const handlerOf = (path: string): Handler | undefined => {
    handlers ??= buildHandlers(
      completeDescriptors({
        ...protos,
        ...loadSync(HEALTH_PROTO_PATH, { keepCase: true }),
        ...(serviceNames.includes(SESSION_SERVICE_NAME) ? loadProtos(['session.proto']) : {}),
      }),
      [...serviceNames, HEALTH_SERVICE_NAME],
    );
    return handlers.get(path);
  };
  for (const definition of reflectionDefinitions()) {
    const methods = Object.entries(definition).map(([method, { path }]): [string, Handler] => [
      method,
      (call) => {
        try {
          adapter.authorize(call);
          handlerOf(path)?.(call);
        } catch (error) {
          call.emit('error', adapter.toStatus(error, call.getPath()));
        }
      },
    ]);
    server.addService(definition, Object.fromEntries(methods));
  }
};
