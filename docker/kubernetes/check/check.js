// Checks every manifest beside this folder: its kind is one that Kubernetes or the Prometheus operator has, it agrees with
// that kind's schema, and it has no property that the schema does not know.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, parseAllDocuments } from "yaml";

const here = dirname(fileURLToPath(import.meta.url));
const folder = join(here, "..");
const read = (file) => readFileSync(join(folder, file), "utf8");
const packages = ["kubernetes-models", "@kubernetes-models/prometheus-operator"];
const problems = [];

// The function that checks a value against the schema of a kind. The package's models hand it a copy, which is of no use
// for what is done below, so it is imported by the name that the model knows it by.
async function validatorOf({ apiVersion, kind }) {
  for (const name of packages) {
    const model = join(here, "node_modules", name, apiVersion, `${kind}.js`);
    if (existsSync(model)) {
      const [, schema] = readFileSync(model, "utf8").match(/_schemas\/(\w+)\.js/);
      return (await import(join(here, "node_modules", name, "_schemas", `${schema}.js`))).validate;
    }
  }
  return undefined;
}

// The schemas allow properties that they do not know. But they do not look at these, either.
function watched(value, path, unseen) {
  if (typeof value !== "object" || value === null) return value;
  const copy = Array.isArray(value) ? [] : {};
  for (const [key, inner] of Object.entries(value)) {
    copy[key] = watched(inner, `${path}.${key}`, unseen);
    unseen.add(`${path}.${key}`);
  }
  return new Proxy(copy, {
    get(target, key) {
      unseen.delete(`${path}.${String(key)}`);
      return target[key];
    },
  });
}

async function check(where, manifest) {
  const name = `${where}: ${manifest?.kind} ${manifest?.metadata?.name}`;
  const validate = manifest?.kind && manifest.apiVersion && await validatorOf(manifest);
  if (!validate) {
    problems.push(`${name}: there is no such kind`);
    return;
  }
  const unseen = new Set();
  if (!validate(watched(manifest, "", unseen))) {
    for (const error of validate.errors) problems.push(`${name}: ${error.instancePath} ${JSON.stringify(error.params)}`);
    return;
  }
  for (const path of unseen) problems.push(`${name}: there is no property ${path.slice(1)}`);
}

const kustomization = parse(read("kustomization.yaml"));
const present = readdirSync(folder).filter((file) => file.endsWith(".yaml") && file !== "kustomization.yaml").sort();
if (JSON.stringify(present) !== JSON.stringify([...kustomization.resources].sort())) {
  problems.push("kustomization.yaml does not name the manifests that are there");
}

const manifests = [];
for (const file of present) {
  for (const document of parseAllDocuments(read(file))) {
    for (const error of document.errors) problems.push(`${file}: ${error.message}`);
    manifests.push(document.toJS());
    await check(file, manifests.at(-1));
  }
}

// The check itself has to find a wrong type, a kind and a property that do not exist.
const before = problems.length;
const spoilt = structuredClone(manifests.find((manifest) => manifest.kind === "Deployment"));
spoilt.spec.replicas = "three";
await check("spoilt", spoilt);
await check("spoilt", { ...structuredClone(spoilt), kind: "Deploymint" });
const monitor = structuredClone(manifests.find((manifest) => manifest.kind === "ServiceMonitor"));
monitor.spec.endpoints = "operations";
await check("spoilt", monitor);
const misspelt = structuredClone(manifests.find((manifest) => manifest.kind === "Deployment"));
misspelt.spec.template.spec.containers[0].readinesProbe = {};
await check("spoilt", misspelt);
const caught = problems.splice(before).length;
if (caught !== 4) problems.push(`the check found ${caught} of 4 planted mistakes`);

for (const problem of problems) console.error(problem);
console.log(`${manifests.length} manifests, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
