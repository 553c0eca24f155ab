export const GRPC_PORT_DISTANCE = 10_000;

/** The gRPC port that goes with an HTTP port, as SeaweedFS has it; a free one when the HTTP port is free to choose. */
export function grpcPortOf(httpPort: number, grpcPort: number | undefined): number {
  return grpcPort ?? (httpPort === 0 ? 0 : httpPort + GRPC_PORT_DISTANCE);
}
