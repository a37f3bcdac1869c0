# perl xml_feed.pl URL: what XML::Feed reads, one JSON line for each entry.

use strict;
use warnings;
use JSON::PP;
use URI;
use XML::Feed;

$XML::Atom::ForceUnicode = 1;
my $feed = XML::Feed->parse(URI->new($ARGV[0])) or die XML::Feed->errstr;
my $json = JSON::PP->new->ascii->canonical;
for my $entry ($feed->entries) {
    my @files = map { [$_->url, $_->length, $_->type] } $entry->enclosure;
    print $json->encode({
        title => $entry->title,
        published => $entry->issued && $entry->issued->epoch,
        updated => $entry->modified && $entry->modified->epoch,
        link => $entry->link,
        id => $entry->id,
        enclosures => \@files,
        content => $entry->content->body // $entry->summary->body,
    }), "\n";
}
