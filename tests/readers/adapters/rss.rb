# ruby rss.rb URL: what Ruby's rss library reads while it validates, one JSON line for each entry.

require "json"
require "open-uri"
require "rss"

feed = RSS::Parser.parse(URI.parse(ARGV[0]).open.read, true)
feed.items.each do |item|
  row =
    if feed.is_a?(RSS::Atom::Feed)
      alternate = item.links.find { |link| link.rel.nil? || link.rel == "alternate" }
      files = item.links.select { |link| link.rel == "enclosure" }
      {
        title: item.title.content, published: item.published&.content&.to_i, updated: item.updated&.content&.to_i,
        link: alternate&.href, id: item.id.content,
        enclosures: files.map { |link| [link.href, link.length, link.type] },
        content: item.content&.content || item.summary&.content
      }
    else
      {
        title: item.title, published: item.pubDate&.to_i, link: item.link, id: item.guid&.content,
        enclosures: [item.enclosure].compact.map { |each| [each.url, each.length, each.type] },
        content: item.content_encoded || item.description
      }
    end
  puts JSON.generate(row)
end
