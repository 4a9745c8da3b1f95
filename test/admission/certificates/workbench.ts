import { afterEach } from "vitest";
import { FakeApiServer } from "./fake-api-server.ts";
import type { FakeTime } from "./fake-clock.ts";
import { type Replica, startReplica } from "./replicas.ts";

export interface Workbench {
  startApi(webhooks?: readonly string[]): Promise<FakeApiServer>;
  start(api: FakeApiServer, time: FakeTime, identity: string, skew?: number): Promise<Replica>;
}

/** API servers and replicas that end with the test. */
export function workbench(): Workbench {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  return {
    async startApi(webhooks) {
      const api = await FakeApiServer.start(webhooks);
      closing.push(() => api.down());
      return api;
    },
    async start(api, time, identity, skew = 0) {
      const replica = await startReplica(api, time, { identity, skew });
      closing.push(() => replica.close());
      return replica;
    },
  };
}
