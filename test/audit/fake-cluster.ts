import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { objectOf, textOf } from "../../src/json/json.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { json, status } from "../fake-api/answers.ts";
import { ownCertificate } from "../fake-api/certificate.ts";
import { discovered, type FakeKind, groupVersion, pathOf, rootOf } from "../fake-api/kinds.ts";
import { LoopbackServer } from "../fake-api/loopback-server.ts";

const kinds: readonly FakeKind[] = [
  { group: "", version: "v1", kind: "Namespace", plural: "namespaces", namespaced: false },
  { group: "", version: "v1", kind: "PersistentVolumeClaim", plural: "persistentvolumeclaims", namespaced: true },
  { group: "", version: "v1", kind: "Pod", plural: "pods", namespaced: true },
  { group: "apps", version: "v1", kind: "Deployment", plural: "deployments", namespaced: true },
  { group: "apps", version: "v1", kind: "ReplicaSet", plural: "replicasets", namespaced: true },
  { group: "batch", version: "v1", kind: "Job", plural: "jobs", namespaced: true },
  { group: "networking.k8s.io", version: "v1", kind: "NetworkPolicy", plural: "networkpolicies", namespaced: true },
];

export const openReports: readonly FakeKind[] = [
  { group: "openreports.io", version: "v1alpha1", kind: "Report", plural: "reports", namespaced: true },
  { group: "openreports.io", version: "v1alpha1", kind: "ClusterReport", plural: "clusterreports", namespaced: false },
];

export const policyReports: readonly FakeKind[] = [
  { group: "wgpolicyk8s.io", version: "v1alpha2", kind: "PolicyReport", plural: "policyreports", namespaced: true },
  {
    group: "wgpolicyk8s.io",
    version: "v1alpha2",
    kind: "ClusterPolicyReport",
    plural: "clusterpolicyreports",
    namespaced: false,
  },
];

/** An object, or the status of a refusal. */
type Answer = JsonObject | number;

interface Page {
  readonly items: readonly JsonObject[];
  readonly offset: number;
}

/**
 * As much of an API server as an audit needs, over HTTPS on loopback: discovery, lists by pages, single objects,
 * server-side apply and deletion.
 */
export class FakeCluster extends LoopbackServer {
  /** `PATCH /apis/…`, of requests that change something. */
  readonly writes: string[] = [];
  readonly reads: URL[] = [];
  /** Answers instead of the usual ones: the first function that does not return null decides. */
  readonly refusals: ((method: string, url: URL) => number | null)[] = [];
  /** Of a SelfSubjectAccessReview's `resourceAttributes`: whether the account may not. */
  mayNot: (attributes: JsonObject) => boolean = () => false;
  /** Called before a page is answered; the number counts the pages of the path. */
  onPage: (path: string, page: number) => void = () => {};
  /** The contents of a list's continuation are forgotten once, when its second page is asked for. */
  readonly expireOnce: Set<string> = new Set<string>();
  readonly kubeconfig: string;
  readonly #folder: string;
  readonly #kinds: FakeKind[] = [...kinds];
  readonly #objects = new Map<string, JsonObject>();
  readonly #pages = new Map<string, Page>();
  readonly #asked = new Map<string, number>();

  private constructor(certificate: { readonly cert: string; readonly key: string }) {
    super(certificate);
    this.#folder = mkdtempSync(join(tmpdir(), "paddlock-audit-"));
    this.kubeconfig = join(this.#folder, "kubeconfig");
  }

  static async start(...more: readonly FakeKind[]): Promise<FakeCluster> {
    const cluster = new FakeCluster(await ownCertificate());
    cluster.#kinds.push(...more);
    await cluster.up();
    writeFileSync(cluster.kubeconfig, cluster.kubeConfig().exportConfig());
    return cluster;
  }

  async stop(): Promise<void> {
    await this.down();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  install(...more: readonly FakeKind[]): void {
    this.#kinds.push(...more);
  }

  /** Stores objects, with a uid that follows from their name unless they have one. */
  put(...objects: readonly JsonObject[]): void {
    for (const object of objects) {
      const kind = this.#kindOf(object);
      const metadata = objectOf(object.metadata);
      const path = pathOf(kind, textOf(metadata.namespace), String(metadata.name));
      this.#objects.set(path, {
        ...object,
        metadata: { uid: uidOf(path), resourceVersion: "1", managedFields: [{ manager: "test" }], ...metadata },
      });
    }
  }

  get(path: string): JsonObject | undefined {
    return this.#objects.get(path);
  }

  delete(path: string): void {
    this.#objects.delete(path);
  }

  /** All objects of a kind. */
  all(kind: string): JsonObject[] {
    return [...this.#objects.values()].filter((object) => object.kind === kind);
  }

  #kindOf(object: JsonObject): FakeKind {
    const found = this.#kinds.find((each) => each.kind === object.kind && groupVersion(each) === object.apiVersion);
    if (found === undefined) throw new Error(`not installed: ${object.apiVersion} ${object.kind}`);
    return found;
  }

  protected override async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "https://fake");
    const method = request.method ?? "";
    if (method === "GET") this.reads.push(url);
    else this.writes.push(`${method} ${url.pathname}`);
    const body = await text(request);
    const refusal = this.refusals.map((refuse) => refuse(method, url)).find((status) => status !== null);
    send(response, refusal ?? this.#done(method, url, body, request.headers["content-type"]));
  }

  #done(method: string, url: URL, body: string, contentType: string | undefined): Answer {
    if (method === "PATCH") return contentType === "application/apply-patch+yaml" ? this.#apply(url, body) : 415;
    if (method === "DELETE") return this.#objects.delete(url.pathname) ? { kind: "Status", status: "Success" } : 404;
    if (method === "POST" && url.pathname.endsWith("/selfsubjectaccessreviews")) {
      const { resourceAttributes } = objectOf(JSON.parse(body).spec);
      return { kind: "SelfSubjectAccessReview", status: { allowed: !this.mayNot(objectOf(resourceAttributes)) } };
    }
    if (method === "POST" && url.pathname.endsWith("/selfsubjectreviews")) {
      return { kind: "SelfSubjectReview", status: { userInfo: { username: "tester" } } };
    }
    if (method === "PUT" || (method === "POST" && this.#discovers(url.pathname))) return this.#store(method, url, body);
    if (method !== "GET") return 405;
    if (url.pathname === "/version") return { major: "1", minor: "34+" };
    return discovered(this.#kinds, url.pathname) ?? this.#read(url);
  }

  /** Whether objects of a kind may be created at a path. */
  #discovers(path: string): boolean {
    return this.#kinds.some((kind) => path === pathOf(kind, null, null) || isListOfNamespace(kind, path));
  }

  #store(method: "PUT" | "POST", url: URL, body: string): Answer {
    const object: JsonObject = JSON.parse(body);
    const path = method === "PUT" ? url.pathname : `${url.pathname}/${textOf(objectOf(object.metadata).name)}`;
    if (this.#objects.has(path) !== (method === "PUT")) return method === "PUT" ? 404 : 409;
    this.#objects.set(path, object);
    return object;
  }

  #read(url: URL): Answer {
    const path = url.pathname;
    const object = this.#objects.get(path);
    if (object !== undefined) return object;
    const kind = this.#kinds.find((each) => path === pathOf(each, null, null) || isListOfNamespace(each, path));
    return kind === undefined ? 404 : this.#list(kind, url);
  }

  #list(kind: FakeKind, url: URL): Answer {
    const path = url.pathname;
    const count = (this.#asked.get(path) ?? 0) + 1;
    this.#asked.set(path, count);
    this.onPage(path, count);
    const token = url.searchParams.get("continue");
    if (token !== null && this.expireOnce.delete(path)) return 410;
    const first: Page = { items: this.#items(kind, url), offset: 0 };
    const page = token === null ? first : this.#pages.get(token);
    if (page === undefined) return 410;
    const end = page.offset + Number(url.searchParams.get("limit") ?? 500);
    const metadata: { [key: string]: string | number } = { resourceVersion: "1" };
    if (end < page.items.length) {
      const next = `${path}#${this.#pages.size}`;
      metadata.continue = next;
      metadata.remainingItemCount = page.items.length - end;
      this.#pages.set(next, { items: page.items, offset: end });
    }
    const items = page.items.slice(page.offset, end).map(({ apiVersion: _, kind: __, ...rest }) => rest);
    return { apiVersion: groupVersion(kind), kind: `${kind.kind}List`, metadata, items };
  }

  #items(kind: FakeKind, url: URL): readonly JsonObject[] {
    const [key, value] = url.searchParams.get("labelSelector")?.split("=") ?? [];
    const below = kind.namespaced && url.pathname === pathOf(kind, null, null) ? null : `${url.pathname}/`;
    return [...this.#objects.entries()]
      .filter(([path, object]) => {
        if (object.kind !== kind.kind || object.apiVersion !== groupVersion(kind)) return false;
        if (below !== null && !path.startsWith(below)) return false;
        return key === undefined || objectOf(objectOf(object.metadata).labels)[key] === value;
      })
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, object]) => object);
  }

  #apply(url: URL, body: string): Answer {
    if (url.searchParams.get("fieldManager") === null) return 400;
    const applied: JsonObject = JSON.parse(body);
    const { metadata } = applied;
    const before = objectOf(this.#objects.get(url.pathname)?.metadata);
    const labels = { ...objectOf(before.labels), ...objectOf(objectOf(metadata).labels) };
    const stored = { ...applied, metadata: { ...before, uid: uidOf(url.pathname), ...objectOf(metadata), labels } };
    this.#objects.set(url.pathname, stored);
    return stored;
  }
}

function isListOfNamespace(kind: FakeKind, path: string): boolean {
  const [, root, plural] = /^(.*)\/namespaces\/[^/]+\/([^/]+)$/.exec(path) ?? [];
  return kind.namespaced && root === rootOf(kind) && plural === kind.plural;
}

function uidOf(path: string): string {
  const hex = createHash("sha256").update(path).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}

async function text(request: IncomingMessage): Promise<string> {
  let whole = "";
  for await (const chunk of request.setEncoding("utf8")) whole += chunk;
  return whole;
}

function send(response: ServerResponse, answer: Answer): void {
  if (typeof answer !== "number") {
    json(response, answer);
    return;
  }
  if (answer === 429) response.setHeader("retry-after", "1");
  status(response, answer, { 403: "Forbidden", 404: "NotFound", 410: "Expired" }[answer] ?? "");
}
