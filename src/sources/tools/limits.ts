/** Bytes that one run of git, helm or kustomize may print. */
export const MAX_TOOL_OUTPUT: number = 256 << 20;

/** Milliseconds that one run of git may take. */
export const GIT_TIME: number = 60_000;

/** Milliseconds that one rendering may take. */
export const RENDER_TIME: number = 120_000;

/** Renderings at a time. */
export const RENDERS_AT_ONCE = 3;
