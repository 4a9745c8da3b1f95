import type { RepositoryName } from "./repository.ts";
import { both, type RegistryDetail } from "./words.ts";

/**
 * What a registry may be shown. `identity-token`: a refresh token, which only its token server gets; `bearer`: a token
 * that the registry itself takes. `problem` says why credentials that are configured could not be had: the registry is
 * then asked without any, and its refusal repeats it.
 */
export type Credential =
  | { readonly kind: "anonymous"; readonly problem?: RegistryDetail }
  | { readonly kind: "basic"; readonly username: string; readonly password: string }
  | { readonly kind: "identity-token"; readonly token: string }
  | { readonly kind: "bearer"; readonly token: string };

/** Where credentials come from. Never throws: what goes wrong is the `problem` of an anonymous credential. */
export interface CredentialSource {
  find(repository: RepositoryName): Promise<Credential>;
}

export const ANONYMOUS: Credential = { kind: "anonymous" };

/** No credentials for anybody. */
export const noCredentials: CredentialSource = { find: async () => ANONYMOUS };

/** The first source that has credentials for a repository; the problems of those before it are told where none has. */
export function firstOf(sources: readonly CredentialSource[]): CredentialSource {
  return {
    async find(repository) {
      let problem: RegistryDetail | undefined;
      for (const source of sources) {
        const found = await source.find(repository);
        if (found.kind !== "anonymous") return found;
        problem = both(problem, found.problem);
      }
      return problem === undefined ? ANONYMOUS : { kind: "anonymous", problem };
    },
  };
}
