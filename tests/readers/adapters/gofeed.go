// gofeed URL: what mmcdole/gofeed reads, one JSON line for each entry.
package main

import (
	"encoding/json"
	"log"
	"os"
	"time"

	"github.com/mmcdole/gofeed"
)

func stamp(moment *time.Time) any {
	if moment == nil {
		return nil
	}
	return moment.Unix()
}

func main() {
	feed, err := gofeed.NewParser().ParseURL(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	out := json.NewEncoder(os.Stdout)
	for _, item := range feed.Items {
		files := [][]string{}
		for _, each := range item.Enclosures {
			files = append(files, []string{each.URL, each.Length, each.Type})
		}
		content := item.Content
		if content == "" {
			content = item.Description
		}
		out.Encode(map[string]any{
			"title": item.Title, "published": stamp(item.PublishedParsed), "updated": stamp(item.UpdatedParsed),
			"link": item.Link, "id": item.GUID, "enclosures": files, "content": content,
		})
	}
}
