// What appstore-connect-sdk makes of a server: twenty steps to a review, then "done".
//
// node sdk_story.mjs ADDRESS KEY_ID ISSUER_ID KEY_FILE

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

// It is not beside this file, so it is found by the folder that it was installed in.
const sdk = await import(`${process.env.SDK_FOLDER}/dist/main.js`);

const [address, privateKeyId, issuerId, keyFile] = process.argv.slice(2);
const client = sdk.createClient({
  privateKeyId,
  issuerId,
  privateKey: await readFile(keyFile, "utf8"),
  baseUrl: address,
});

async function ask(name, options = {}) {
  const { data, error, response } = await sdk[name]({ client, ...options });
  assert.equal(error, undefined, `${name}: ${JSON.stringify(error)}`);
  assert.ok(response.ok, `${name}: ${response.status}`);
  return data?.data;
}

const one = (type, id) => ({ data: { type, id } });
const at = (id) => ({ path: { id } });

// Look around.
const apps = await ask("appsGetCollection", {
  query: { "filter[bundleId]": ["com.example.trails"], "fields[apps]": ["bundleId", "name"] },
});
assert.equal(apps.length, 1);
const app = apps[0];
assert.equal((await ask("appsGetInstance", at(app.id))).attributes.bundleId, "com.example.trails");
const [live] = await ask("appsAppStoreVersionsGetToManyRelated", {
  ...at(app.id),
  query: { "filter[platform]": ["IOS"], limit: 5 },
});
assert.equal(live.attributes.appVersionState, "READY_FOR_DISTRIBUTION");

// A version with its texts.
const version = await ask("appStoreVersionsCreateInstance", {
  body: {
    data: {
      type: "appStoreVersions",
      attributes: { platform: "IOS", versionString: "2.0", copyright: "2026 Example Works" },
      relationships: { app: one("apps", app.id) },
    },
  },
});
assert.equal(version.attributes.appVersionState, "PREPARE_FOR_SUBMISSION");
const texts = await ask("appStoreVersionsAppStoreVersionLocalizationsGetToManyRelated", at(version.id));
assert.deepEqual(texts.map((x) => x.attributes.locale), ["en-US"]);
const english = await ask("appStoreVersionLocalizationsUpdateInstance", {
  ...at(texts[0].id),
  body: {
    data: {
      type: "appStoreVersionLocalizations",
      id: texts[0].id,
      attributes: { whatsNew: "It is new.", description: "It is there." },
    },
  },
});
assert.equal(english.attributes.whatsNew, "It is new.");
const french = await ask("appStoreVersionLocalizationsCreateInstance", {
  body: {
    data: {
      type: "appStoreVersionLocalizations",
      attributes: { locale: "fr-FR", description: "Elle est là.", whatsNew: "Elle est nouvelle." },
      relationships: { appStoreVersion: one("appStoreVersions", version.id) },
    },
  },
});
assert.equal((await ask("appStoreVersionLocalizationsGetInstance", at(french.id))).attributes.locale, "fr-FR");
await ask("appStoreVersionLocalizationsDeleteInstance", at(french.id));

// What is reviewed with it.
const builds = await ask("buildsGetCollection", {
  query: { "filter[app]": [app.id], "filter[preReleaseVersion.version]": ["2.0"], sort: ["-uploadedDate"] },
});
assert.equal(builds.length, 1);
await ask("appStoreVersionsBuildUpdateToOneRelationship", {
  ...at(version.id),
  body: one("builds", builds[0].id),
});
assert.equal((await ask("appStoreVersionsBuildGetToOneRelated", at(version.id))).id, builds[0].id);
const detail = await ask("appStoreVersionsAppStoreReviewDetailGetToOneRelated", at(version.id));
const told = await ask("appStoreReviewDetailsUpdateInstance", {
  ...at(detail.id),
  body: {
    data: { type: "appStoreReviewDetails", id: detail.id, attributes: { notes: "Knock twice." } },
  },
});
assert.equal(told.attributes.notes, "Knock twice.");

// The review.
const submission = await ask("reviewSubmissionsCreateInstance", {
  body: {
    data: {
      type: "reviewSubmissions",
      attributes: { platform: "IOS" },
      relationships: { app: one("apps", app.id) },
    },
  },
});
const item = await ask("reviewSubmissionItemsCreateInstance", {
  body: {
    data: {
      type: "reviewSubmissionItems",
      relationships: {
        reviewSubmission: one("reviewSubmissions", submission.id),
        appStoreVersion: one("appStoreVersions", version.id),
      },
    },
  },
});
const items = await ask("reviewSubmissionsItemsGetToManyRelated", at(submission.id));
assert.deepEqual(items.map((x) => x.id), [item.id]);
// It takes seconds until a version that was added can be submitted.
for (let left = 50; left > 0; left--) {
  const { attributes } = await ask("appStoreVersionsGetInstance", at(version.id));
  if (attributes.appVersionState === "READY_FOR_REVIEW") break;
  await new Promise((resolve) => setTimeout(resolve, 100));
}
const submitted = await ask("reviewSubmissionsUpdateInstance", {
  ...at(submission.id),
  body: { data: { type: "reviewSubmissions", id: submission.id, attributes: { submitted: true } } },
});
assert.equal(submitted.attributes.state, "WAITING_FOR_REVIEW");
assert.equal(
  (await ask("appStoreVersionsGetInstance", at(version.id))).attributes.appVersionState,
  "WAITING_FOR_REVIEW",
);
const cancelled = await ask("reviewSubmissionsUpdateInstance", {
  ...at(submission.id),
  body: { data: { type: "reviewSubmissions", id: submission.id, attributes: { canceled: true } } },
});
assert.equal(cancelled.attributes.state, "CANCELING");
console.log("done");
