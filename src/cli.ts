import { checkCommand } from "./commands/check/check-command.ts";
import { OutputClosedError, writeTo } from "./commands/output.ts";
import { columnsOf, languageOf } from "./commands/terminal.ts";
import { nearestOf, UsageError } from "./commands/usage.ts";
import { usageWords } from "./commands/usage-words.ts";
import type { Language } from "./messages/language.ts";
import type { Notification } from "./messages/notification.ts";

type Command = (words: readonly string[], language: Language) => Promise<number>;

const commands: { readonly [name: string]: () => Promise<Command> } = {
  check: async () => checkCommand,
  explain: async () => (await import("./commands/explain/explain-command.ts")).explainCommand,
  serve: async () => (await import("./commands/serve/serve-command.ts")).serveCommand,
  audit: async () => (await import("./commands/audit/audit-command.ts")).auditCommand,
  enforce: async () => (await import("./commands/enforce/enforce-command.ts")).enforceCommand,
  exempt: async () => (await import("./commands/exempt/exempt-command.ts")).exemptCommand,
  verify: async () => (await import("./commands/verify/verify-command.ts")).verifyCommand,
  generate: async () => (await import("./commands/generate/generate-command.ts")).generateCommand,
  init: async () => (await import("./commands/init/init-command.ts")).initCommand,
};

/** The command line. The only place that sets the exit status: 0, 1 for findings, 2 where something could not be judged. */
export async function main(words: readonly string[] = process.argv.slice(2)): Promise<void> {
  process.exitCode = await run(words);
}

async function run(words: readonly string[]): Promise<number> {
  const language = languageOf(optionValue(words, "--lang"), process.env);
  try {
    const [name, ...rest] = words;
    if (name === "--version" || name === "-V") {
      const { packageVersion } = await import("./package/version.ts");
      writeTo(1, [`${packageVersion()}\n`]);
      return 0;
    }
    if (name === undefined || name === "--help" || name === "-h" || name === "help" || rest.some(isHelp)) {
      const { helpText } = await import("./commands/help/help.ts");
      // Nothing was asked for: that is bad usage, and no answer to it.
      writeTo(name === undefined ? 2 : 1, [helpText(name === "help" ? rest : words, language, columnsOf(process.env))]);
      return name === undefined ? 2 : 0;
    }
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command === undefined) {
      throw new UsageError(usageWords[language].unknownCommand(name, await nearestOf(name, Object.keys(commands))));
    }
    return await (await command())(rest, language);
  } catch (error) {
    if (error instanceof OutputClosedError) return 2;
    writeTo(2, [errorText(error, language)]);
    return 2;
  }
}

function isHelp(word: string): boolean {
  return word === "--help" || word === "-h";
}

/** The value of an option that is needed before the options are parsed. */
function optionValue(words: readonly string[], name: string): string | undefined {
  const index = words.findIndex((word) => word === name || word.startsWith(`${name}=`));
  if (index < 0) return undefined;
  return words[index]?.includes("=") ? words[index]?.slice(name.length + 1) : words[index + 1];
}

function errorText(error: unknown, language: Language): string {
  if (!(error instanceof Error)) return `paddlock: ${String(error)}\n`;
  // By name: a module that is loaded on demand has classes of its own.
  if (error.name === "UsageError") return `paddlock: ${error.message}\n`;
  if (error.name === "ConfigurationError" && "notifications" in error && Array.isArray(error.notifications)) {
    return error.notifications.map(notificationText).join("");
  }
  return `paddlock: ${usageWords[language].bug}\n${error.stack ?? error.message}\n`;
}

function notificationText({ file, line, column, message }: Notification): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  return `${place === "" ? "paddlock" : place}: ${message}\n`;
}
