import { describe, expect, it } from "vitest";
import { addressKind, namesLoopback } from "../../src/registry/address.ts";
import { hostsOfGlobs } from "../../src/registry/allowed-hosts.ts";
import { sameService } from "../../src/registry/derived-trust.ts";
import { endpointHost, imageReference } from "../../src/registry/repository.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;

describe("image names", () => {
  it.each([
    ["python", "docker.io", "library/python", "latest", null],
    ["team/app:1.0", "docker.io", "team/app", "1.0", null],
    ["docker.io/python", "docker.io", "library/python", "latest", null],
    ["index.docker.io/team/app", "docker.io", "team/app", "latest", null],
    ["registry-1.docker.io/python", "docker.io", "library/python", "latest", null],
    ["Registry.Example.com:5000/app", "registry.example.com:5000", "app", "latest", null],
    ["localhost/app", "localhost", "app", "latest", null],
    [`[::1]:5000/a/b@${DIGEST}`, "[::1]:5000", "a/b", null, DIGEST],
    [`quay.io/a/b:c@${DIGEST}`, "quay.io", "a/b", "c", DIGEST],
  ])("%s", (text, host, path, tag, digest) => {
    expect(imageReference(text)).toEqual({ repository: { host, path }, tag, digest });
  });

  it("says what is none", () => {
    for (const text of ["", "UPPER", "a:b:c", "http://registry.example.com/app", "a/../b", "a@sha256:short"]) {
      expect(typeof imageReference(text)).toBe("string");
    }
  });

  it("knows where Docker Hub is served", () => {
    expect(endpointHost("docker.io")).toBe("registry-1.docker.io");
    expect(endpointHost("quay.io")).toBe("quay.io");
  });
});

it.each([
  [["registry.example.com/**", "registry.example.com/a*"], ["registry.example.com"]],
  [["127.0.0.1:5000/demo/*:1.*"], ["127.0.0.1:5000"]],
  [["[::1]:5000/a"], ["[::1]:5000"]],
  [["localhost/a"], ["localhost"]],
  [["python:*", "library/*", "docker.io/a", "index.docker.io/b"], ["docker.io"]],
  [["**", "*", "*/app", "*.example.com/**", "{a,b}.example.com/x", "registry.example.*/x", "[ab].example.com/x"], []],
  [["Registry.Example.COM/x"], ["registry.example.com"]],
  [[], []],
])("the hosts that %j name", (globs, expected) => {
  expect(hostsOfGlobs(globs)).toEqual(expected);
});

describe("addresses", () => {
  it.each([
    ["1.1.1.1", "public"],
    ["2606:4700:4700::1111", "public"],
    ["10.1.2.3", "private"],
    ["172.16.0.1", "private"],
    ["192.168.1.1", "private"],
    ["100.64.0.1", "private"],
    ["fd12::1", "private"],
    ["127.8.8.8", "loopback"],
    ["::1", "loopback"],
    ["::ffff:127.0.0.1", "loopback"],
    ["::ffff:10.0.0.1", "private"],
    ["64:ff9b::7f00:1", "loopback"],
    ["2002:7f00:1::", "loopback"],
    ["169.254.169.254", "never"],
    ["::ffff:169.254.169.254", "never"],
    ["64:ff9b::a9fe:a9fe", "never"],
    ["2002:a9fe:a9fe::", "never"],
    ["fe80::1", "never"],
    ["fd00:ec2::254", "never"],
    ["100.100.100.200", "never"],
    ["168.63.129.16", "never"],
    ["0.0.0.0", "never"],
    ["::", "never"],
    ["255.255.255.255", "never"],
    ["224.0.0.1", "never"],
    ["ff02::1", "never"],
    ["240.0.0.1", "never"],
    ["2001::1", "never"],
    ["fe80::1%eth0", "never"],
    ["", "never"],
    ["example.com", "never"],
  ])("%s is %s", (address, kind) => {
    expect(addressKind(address)).toBe(kind);
  });

  it("knows which names say that they are this machine", () => {
    for (const name of ["localhost", "a.localhost", "127.0.0.1", "[::1]"]) expect(namesLoopback(name)).toBe(true);
    for (const name of ["localhost.example.com", "notlocalhost", "10.0.0.1", "[fe80::1]"])
      expect(namesLoopback(name)).toBe(false);
  });
});

describe("token servers of the same service", () => {
  it.each([
    ["registry-1.docker.io", "auth.docker.io"],
    ["registry.gitlab.com", "gitlab.com"],
    ["registry.cn-hangzhou.aliyuncs.com", "dockerauth.cn-hangzhou.aliyuncs.com"],
    ["registry.example.co.uk", "auth.example.co.uk"],
    ["example.com", "auth.example.com"],
    ["127.0.0.1:5000", "127.0.0.1:5001"],
    ["[::1]:5000", "[::1]:5001"],
    ["localhost:5000", "localhost:5001"],
    ["quay.io", "quay.io"],
  ])("%s and %s", (registry, realm) => {
    expect(sameService(new URL(`https://${registry}/`), new URL(`https://${realm}/`))).toBe(true);
  });

  it.each([
    ["registry.example.com", "example.org"],
    ["registry.example.com", "notexample.com"],
    ["quay.io", "auth.io"],
    ["example.co.uk", "attacker.co.uk"],
    ["example.com", "attacker.com"],
    ["registry.example.com", "com"],
    ["127.0.0.1", "10.0.0.1"],
    ["10.0.0.1", "x.0.0.1.example.com"],
    ["localhost", "evil.localhost.example.com"],
    ["registry.example.com", "127.0.0.1"],
  ])("not %s and %s", (registry, realm) => {
    expect(sameService(new URL(`https://${registry}/`), new URL(`https://${realm}/`))).toBe(false);
  });
});
