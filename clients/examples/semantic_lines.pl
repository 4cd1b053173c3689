#!/usr/bin/perl
# Prints the five lines that mean the most similar thing to a question: semantic_lines.pl QUESTION [FILE]
# or the lines of standard input, in UTF-8, or in Latin-1 where a line is not. Perl 5.14 and its core modules; akin on the PATH, or where AKIN says.
#
# Written from protocol/writing-a-client.md alone, and further than its first hour: vectors, not `search`; four requests
# under way; a server that dies is started once more for what it owes; an interrupt cancels.
use strict;
use warnings;
use IO::Select;
use IPC::Open3 qw(open3);
use JSON::PP ();    # JSON::XS, several times as fast, where it is installed
use List::Util qw(first min sum0);
use MIME::Base64 qw(decode_base64);
use POSIX ();
use Symbol qw(gensym);

use constant { TOP => 5, TEXTS_A_REQUEST => 128, UNDER_WAY => 4, ATTEMPTS => 2, MODEL_PROCESS_ENDED => -32019 };

my $json = (eval { require JSON::XS } ? 'JSON::XS' : 'JSON::PP')->new->utf8;
my $program = $ENV{AKIN} || 'akin';
my ($process, $to, $from, $errors, $select, $said, $buffer);
my %waiting;    # by id: the request, how often it was sent, and what gets its result
my $last_id = 0;

# --- The server

sub start {
    first { -x && !-d } $program =~ m{/} ? $program : map { "$_/$program" } split /:/, $ENV{PATH} // ''
        or fail(($ENV{AKIN} ? "AKIN is set to '$program', which is not a program" : "there is no program 'akin' on the PATH")
            . ': install Akin, or set AKIN to its path');
    $errors = gensym;
    # An interrupt at the terminal is not for the server, which gets a session of its own.
    $process = open3($to, $from, $errors, $^X, '-MPOSIX', '-e', 'POSIX::setsid(); exec @ARGV', $program, 'serve');
    binmode $_ for $to, $from, $errors;
    $select = IO::Select->new($from, $errors);
    ($said, $buffer) = ('', '');
}

sub write_message {
    my $line = $json->encode({ jsonrpc => '2.0', @_ }) . "\n";
    while (length $line) {
        my $count = syswrite $to, $line;
        return unless defined $count;    # the server is gone, which reading finds out
        substr $line, 0, $count, '';
    }
}

sub request {
    my ($method, $params, $done, $wording) = @_;
    start() unless $process;
    my $id = ++$last_id;
    $waiting{$id} = { message => [id => $id, method => $method, params => $params], tries => 1, done => $done, wording => $wording };
    write_message(@{ $waiting{$id}{message} });
}

# Waits for the server, and deals with what came.
sub attend {
    for my $stream ($select->can_read) {
        my $count = sysread $stream, my $bytes, 65536;
        next if !defined $count && $!{EINTR};
        if ($stream == $errors) {
            $select->remove($stream) unless $count;
            $said = substr $said . ($bytes // ''), -2000;
        }
        elsif ($count) {
            $buffer .= $bytes;
            receive($1) while $buffer =~ s/\A([^\n]*)\n//;
        }
        else {
            return revive();    # what stands in $buffer was cut by the end, and is no answer
        }
    }
}

sub receive {
    my $message = eval { $json->decode($_[0]) };
    ref $message eq 'HASH' or fail("'$program' is no Akin server; it wrote: " . substr $_[0], 0, 100);
    my $waits = $waiting{ $message->{id} // '' } or return;    # a notification, or cancelled
    if (my $error = $message->{error}) {
        return again($waits) if $error->{code} == MODEL_PROCESS_ENDED && $waits->{tries} < ATTEMPTS;
        fail(($waits->{wording} // sub { $_[0] })->($error->{message}));
    }
    delete $waiting{ $message->{id} };
    $waits->{done}->($message->{result});
}

sub again {
    my ($waits) = @_;
    $waits->{tries}++;
    write_message(@{ $waits->{message} });
}

# The server died: another gets what it owed, in the order of the ids.
sub revive {
    $said .= $_ // '' for join '', readline $errors;
    waitpid $process, 0;
    my $end = $? & 127 ? "signal " . ($? & 127) : "status " . ($? >> 8);
    $end .= ": $said" if $said =~ /\S/;
    fail("the server ended with $end") if first { $_->{tries} >= ATTEMPTS } values %waiting;
    start();
    again($waiting{$_}) for sort { $a <=> $b } keys %waiting;
}

sub cancel_all {
    write_message(method => '$/cancelRequest', params => { id => $_ }) for keys %waiting;
    %waiting = ();
}

# The end of its input ends the server.
sub finish {
    return unless $process;
    close $to;
    waitpid $process, 0;
}

sub fail {
    print STDERR "$_[0]\n";
    exit 1;
}

# --- The program

# The unit vectors of texts as lists of numbers, in their order. `$names` says what a text is called where the server refuses it.
sub embed {
    my ($names, @texts) = @_;
    my ($sent, @vectors) = (0);
    while ($sent < @texts || %waiting) {
        while ($sent < @texts && keys %waiting < UNDER_WAY) {
            my $at = $sent;
            my @batch = @texts[$at .. min($at + TEXTS_A_REQUEST, scalar @texts) - 1];
            $sent += @batch;
            request('embed', { input => \@batch, encodingFormat => 'base64', normalize => JSON::PP::true }, sub {
                @vectors[$at .. $at + $#batch] = map { [unpack 'f<*', decode_base64($_->{base64})] } @{ $_[0]{embeddings} };
            }, sub { $_[0] =~ s/\Aparams\.input\[(\d+)\]/$names->[$at + $1]/r });
        }
        attend();
    }
    return @vectors;
}

@ARGV == 1 || @ARGV == 2 or do { print STDERR "usage: semantic_lines.pl QUESTION [FILE]\n"; exit 64 };
$SIG{PIPE} = 'IGNORE';
$SIG{INT} = sub { cancel_all(); finish(); exit 130 };
binmode STDOUT, ':utf8';
my $question = shift @ARGV;
utf8::decode($question);
my @lines = map { s/\r?\n\z//r } do { @ARGV or @ARGV = '-'; map { utf8::decode($_); $_ } <> };
my @full = grep { $lines[$_] =~ /\S/ } 0 .. $#lines;
my ($query, @vectors) = embed(['the question', map { 'line ' . ($_ + 1) } @full], $question, @lines[@full]);
my %score;
@score{@full} = map { my $vector = $_; sum0 map { $query->[$_] * $vector->[$_] } 0 .. $#$query } @vectors;
for my $line ((sort { $score{$b} <=> $score{$a} || $a <=> $b } @full)[0 .. TOP - 1]) {
    printf "%.3f  %d: %s\n", $score{$line}, $line + 1, $lines[$line] if defined $line;
}
finish();
