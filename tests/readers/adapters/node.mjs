// node node.mjs LIBRARY URL: what a feed library of Node reads, one JSON line for each entry.
// The libraries are looked for in the folder that FEEDD_READERS_NODE names (the one that holds node_modules).

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Readable } from "node:stream";

const require = createRequire(pathToFileURL(process.env.FEEDD_READERS_NODE + "/"));
const load = (name) => import(pathToFileURL(require.resolve(name)));
const text = async (url) => (await fetch(url)).text();
const stamp = (date) => (date === undefined || date === null ? null : Math.floor(new Date(date).getTime() / 1000));

const libraries = {
  "rss-parser": async (url) => {
    const Parser = require("rss-parser");
    const parser = new Parser({ customFields: { item: [["enclosure", "files", { keepArray: true }]] } });
    const feed = await parser.parseURL(url);
    return feed.items.map((item) => ({
      title: item.title,
      published: stamp(item.isoDate),
      link: item.link,
      id: item.guid ?? item.id,
      enclosures: item.enclosure ? [[item.enclosure.url, item.enclosure.length, item.enclosure.type]] : [],
      content: item["content:encoded"] ?? item.content,
    }));
  },

  feedsmith: async (url) => {
    const { parseFeed } = await load("feedsmith");
    const { format, feed } = parseFeed(await text(url));
    if (format === "rss")
      return feed.items.map((item) => ({
        title: item.title,
        published: stamp(item.pubDate),
        updated: stamp(item.atom?.updated),
        link: item.link,
        id: item.guid?.value,
        enclosures: (item.enclosures ?? []).map((each) => [each.url, each.length, each.type]),
        content: item.content?.encoded ?? item.description,
      }));
    if (format === "atom")
      return feed.entries.map((entry) => ({
        title: entry.title?.value ?? entry.title,
        published: stamp(entry.published),
        updated: stamp(entry.updated),
        link: entry.links.find((link) => (link.rel ?? "alternate") === "alternate")?.href,
        id: entry.id,
        enclosures: entry.links
          .filter((link) => link.rel === "enclosure")
          .map((link) => [link.href, link.length, link.type]),
        content: entry.content?.value ?? entry.content ?? entry.summary?.value ?? entry.summary,
      }));
    return feed.items.map((item) => ({
      title: item.title,
      published: stamp(item.date_published),
      updated: stamp(item.date_modified),
      link: item.url,
      id: item.id,
      enclosures: (item.attachments ?? []).map((each) => [each.url, each.size_in_bytes, each.mime_type]),
      content: item.content_html ?? item.content_text,
    }));
  },

  "@rowanmanning/feed-parser": async (url) => {
    const { parseFeed } = require("@rowanmanning/feed-parser");
    return parseFeed(await text(url)).items.map((item) => ({
      title: item.title,
      published: stamp(item.published),
      updated: stamp(item.updated),
      link: item.url,
      id: item.id,
      enclosures: item.media.map((each) => [each.url, each.length, each.mimeType]),
      content: item.content ?? item.description,
    }));
  },

  feedparser: async (url) => {
    const FeedParser = require("feedparser");
    const parser = Readable.from([await text(url)]).pipe(new FeedParser({ feedurl: url }));
    const items = [];
    for await (const item of parser) items.push(item);
    return items.map((item) => ({
      title: item.title,
      published: stamp(item.pubdate),
      updated: stamp(item.date),
      link: item.link,
      id: item.guid,
      enclosures: item.enclosures.map((each) => [each.url, each.length, each.type]),
      content: item.description,
    }));
  },

  "@extractus/feed-extractor": async (url) => {
    const { extract } = await load("@extractus/feed-extractor");
    const content = (entry) => entry["content:encoded"] ?? entry.content ?? entry.content_html ?? entry.content_text;
    const feed = await extract(url, {
      descriptionMaxLen: 0,
      getExtraEntryFields: (entry) => ({ content: content(entry)?.["#text"] ?? content(entry) }),
    });
    return feed.entries.map((entry) => ({
      title: entry.title,
      published: stamp(entry.published),
      link: entry.link,
      id: entry.id,
      content: entry.content,
    }));
  },

  htmlparser2: async (url) => {
    const { parseFeed } = await load("htmlparser2");
    return parseFeed(await text(url)).items.map((item) => ({
      title: item.title,
      published: stamp(item.pubDate),
      link: item.link,
      id: item.id,
      content: item.description,
    }));
  },

  "podcast-partytime": async (url) => {
    process.env.PARTYTIME_LOG = "silent"; // it would log to where we answer
    const partytime = await load("podcast-partytime");
    const { parseFeed } = partytime.default ?? partytime;
    return parseFeed(await text(url)).items.map((item) => ({
      title: item.title,
      published: stamp(item.pubDate),
      link: item.link,
      id: item.guid,
      enclosures: [[item.enclosure.url, item.enclosure.length, item.enclosure.type]],
      content: item.content ?? item.description,
    }));
  },

  podparse: async (url) => {
    const podparse = require("podparse");
    return (podparse.default ?? podparse)(await text(url)).episodes.map((item) => ({
      title: item.title,
      published: stamp(item.pubDate),
      link: item.link,
      id: item.guid,
      enclosures: item.enclosure ? [[item.enclosure.url, item.enclosure.length, item.enclosure.type]] : [],
      content: item.content ?? item.description,
    }));
  },
};

const [, , name, url] = process.argv;
for (const row of await libraries[name](url)) console.log(JSON.stringify(row));
