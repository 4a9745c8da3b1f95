import fc from "fast-check";

// The same examples in every run, so that a failure is a change's own; PADDLOCK_SEED=random or a number looks further.
const { PADDLOCK_SEED } = process.env;
if (PADDLOCK_SEED !== "random") fc.configureGlobal({ seed: Number(PADDLOCK_SEED ?? 20_261_124) });
