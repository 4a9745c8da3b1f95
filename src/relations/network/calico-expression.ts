import type { LabelRequirement } from "../../resources/selectors.ts";
import { type Expression, namespaceName } from "./policy.ts";

/**
 * Reads a selector of Calico (https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#selectors):
 * `has(k)`, `k == 'v'`, `k != 'v'`, `k in { 'a', 'b' }`, `k not in { … }`, `k contains 's'`, `k starts with 's'`,
 * `k ends with 's'`, `all()`, `global()`, `!`, `&&`, `||`, parentheses; empty is `all()`.
 * `subject` says whose labels a key is about. Null where it is no such selector, or asks for what no manifest shows.
 */
export function calicoExpression(text: string, subject: "pod" | "namespace"): Expression | null {
  const tokens = tokenize(text);
  if (tokens === null) return null;
  if (tokens.length === 0) return { all: [] };
  const reader = new Reader(tokens, subject);
  const expression = reader.either(0);
  return expression !== null && reader.atEnd() ? expression : null;
}

type Token = { readonly text: string; readonly literal: boolean };

const TOKEN = /\s*(?:"([^"]*)"|'([^']*)'|(&&|\|\||==|!=|[!(){},])|([A-Za-z_./-][A-Za-z0-9_./-]*))/y;

function tokenize(text: string): Token[] | null {
  const trimmed = text.trimEnd();
  const pattern = new RegExp(TOKEN);
  const tokens: Token[] = [];
  while (pattern.lastIndex < trimmed.length) {
    const match = pattern.exec(trimmed);
    if (match === null) return null;
    const literal = match[1] ?? match[2];
    tokens.push({ text: literal ?? match[3] ?? match[4] ?? "", literal: literal !== undefined });
  }
  return tokens;
}

/** Deeper than anybody writes; a hostile text must not exhaust the stack. */
const DEEPEST = 64;

class Reader {
  readonly #tokens: readonly Token[];
  readonly #subject: "pod" | "namespace";
  #at = 0;

  constructor(tokens: readonly Token[], subject: "pod" | "namespace") {
    this.#tokens = tokens;
    this.#subject = subject;
  }

  atEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  either(depth: number): Expression | null {
    return this.#chain(
      "||",
      () => this.#both(depth),
      (any) => ({ any }),
    );
  }

  #both(depth: number): Expression | null {
    return this.#chain(
      "&&",
      () => this.#one(depth),
      (all) => ({ all }),
    );
  }

  #chain(
    operator: string,
    next: () => Expression | null,
    join: (terms: readonly Expression[]) => Expression,
  ): Expression | null {
    const first = next();
    if (first === null) return null;
    const terms = [first];
    while (this.#take(operator)) {
      const term = next();
      if (term === null) return null;
      terms.push(term);
    }
    return terms.length === 1 ? first : join(terms);
  }

  #one(depth: number): Expression | null {
    if (depth > DEEPEST) return null;
    if (this.#take("!")) {
      const negated = this.#one(depth + 1);
      return negated === null ? null : { not: negated };
    }
    if (this.#take("(")) {
      const inner = this.either(depth + 1);
      return inner !== null && this.#take(")") ? inner : null;
    }
    const key = this.#word();
    if (key === null) return null;
    return this.#take("(") ? this.#call(key) : this.#comparison(key);
  }

  #call(name: string): Expression | null {
    if (name === "has") {
      const key = this.#word();
      return key !== null && this.#take(")") ? this.#about(key, "Exists", []) : null;
    }
    if (!this.#take(")")) return null;
    if (name === "all") return { all: [] };
    // What belongs to no namespace; every pod does.
    return name === "global" ? { any: [] } : null;
  }

  #comparison(key: string): Expression | null {
    if (this.#take("==")) return this.#with(key, "In", this.#literal());
    if (this.#take("!=")) return this.#with(key, "NotIn", this.#literal());
    if (this.#take("contains")) return this.#with(key, "Contains", this.#literal());
    if (this.#take("in")) return this.#among(key, "In");
    if (this.#take("not")) return this.#take("in") ? this.#among(key, "NotIn") : null;
    if (this.#take("starts")) return this.#take("with") ? this.#with(key, "StartsWith", this.#literal()) : null;
    if (this.#take("ends")) return this.#take("with") ? this.#with(key, "EndsWith", this.#literal()) : null;
    return null;
  }

  #among(key: string, operator: "In" | "NotIn"): Expression | null {
    if (!this.#take("{")) return null;
    const values: string[] = [];
    while (!this.#take("}")) {
      if (values.length > 0 && !this.#take(",")) return null;
      const value = this.#literal();
      if (value === null) return null;
      values.push(value);
    }
    return this.#about(key, operator, values);
  }

  #with(key: string, operator: LabelRequirement["operator"], value: string | null): Expression | null {
    return value === null ? null : this.#about(key, operator, [value]);
  }

  #about(key: string, operator: LabelRequirement["operator"], values: readonly string[]): Expression | null {
    if (this.#subject === "namespace") {
      return { key: key === "projectcalico.org/name" ? namespaceName : key, operator, values, namespace: true };
    }
    if (key === "projectcalico.org/namespace") return { key: namespaceName, operator, values, namespace: true };
    if (key.startsWith("pcns.")) return { key: key.slice("pcns.".length), operator, values, namespace: true };
    if (key === "projectcalico.org/orchestrator") return ofConstant("k8s", operator, values);
    if (key === "projectcalico.org/serviceaccount" || key.startsWith("pcsa.")) return null;
    return { key, operator, values };
  }

  #take(text: string): boolean {
    const token = this.#tokens[this.#at];
    if (token === undefined || token.literal || token.text !== text) return false;
    this.#at++;
    return true;
  }

  #word(): string | null {
    const token = this.#tokens[this.#at];
    if (token === undefined || token.literal || !/^[A-Za-z_./-]/.test(token.text)) return null;
    this.#at++;
    return token.text;
  }

  #literal(): string | null {
    const token = this.#tokens[this.#at];
    if (token === undefined || !token.literal) return null;
    this.#at++;
    return token.text;
  }
}

/** Whether a label that every pod has with the same value meets a requirement. */
function ofConstant(constant: string, operator: LabelRequirement["operator"], values: readonly string[]): Expression {
  const [value = ""] = values;
  const met = {
    Exists: true,
    DoesNotExist: false,
    In: values.includes(constant),
    NotIn: !values.includes(constant),
    Contains: constant.includes(value),
    StartsWith: constant.startsWith(value),
    EndsWith: constant.endsWith(value),
  }[operator];
  return met ? { all: [] } : { any: [] };
}
