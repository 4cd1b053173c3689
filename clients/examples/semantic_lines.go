// Prints the five lines that mean the most similar thing to a question:
//
//	go run semantic_lines.go QUESTION [FILE]
//
// or the lines of standard input. The standard library, nothing else; akin on the PATH, or where AKIN says.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sort"
	"strings"
	"unicode/utf8"
)

const (
	top = 5
	// Documents of one request; the server takes up to 16384.
	batchSize = 10000
)

type request struct {
	JSONRPC string `json:"jsonrpc"`
	ID      int    `json:"id"`
	Method  string `json:"method"`
	Params  params `json:"params"`
}

type params struct {
	Query     string   `json:"query"`
	Documents []string `json:"documents"`
	TopK      int      `json:"topK"`
}

type hit struct {
	Index int     `json:"index"`
	Score float64 `json:"score"`
}

type answer struct {
	ID     int `json:"id"`
	Result struct {
		Results [][]hit `json:"results"`
	} `json:"result"`
	Error *struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
}

func main() {
	if len(os.Args) < 2 || len(os.Args) > 3 {
		fmt.Fprintln(os.Stderr, "usage: semantic_lines QUESTION [FILE]")
		os.Exit(64)
	}
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(question string, files []string) error {
	input := io.Reader(os.Stdin)
	if len(files) > 0 {
		file, err := os.Open(files[0])
		if err != nil {
			return err
		}
		defer file.Close()
		input = file
	}
	text, err := io.ReadAll(input)
	if err != nil {
		return err
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	for i, line := range lines {
		lines[i] = decoded(strings.TrimSuffix(line, "\r"))
	}
	hits, err := search(question, lines)
	if err != nil {
		return err
	}
	for _, hit := range hits {
		fmt.Printf("%.3f  %d: %s\n", hit.Score, hit.Index+1, lines[hit.Index])
	}
	return nil
}

// A line is UTF-8, and Latin-1 where it is not.
func decoded(line string) string {
	if utf8.ValidString(line) {
		return line
	}
	runes := make([]rune, len(line))
	for i := range runes {
		runes[i] = rune(line[i])
	}
	return string(runes)
}

// The program, where it is one that can be started; else a word of advice.
func program() (string, error) {
	asked := os.Getenv("AKIN")
	if asked == "" {
		if path, err := exec.LookPath("akin"); err == nil {
			return path, nil
		}
		return "", errors.New("there is no program 'akin' on the PATH: install Akin, or set AKIN to its path")
	}
	path, err := exec.LookPath(asked)
	if err != nil {
		return "", fmt.Errorf("AKIN is set to '%s', which is not a program: install Akin, or set AKIN to its path", asked)
	}
	return path, nil
}

func search(question string, lines []string) ([]hit, error) {
	path, err := program()
	if err != nil {
		return nil, err
	}
	server := exec.Command(path, "serve")
	server.Stderr = os.Stderr
	requests, err := server.StdinPipe()
	if err != nil {
		return nil, err
	}
	answers, err := server.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := server.Start(); err != nil {
		return nil, err
	}
	hits, err := ask(question, lines, requests, bufio.NewReader(answers))
	// The server ends when its input does.
	requests.Close()
	if ended := server.Wait(); err == nil {
		err = ended
	}
	return hits, err
}

// What the server refuses it calls by its parameters: the documents are lines, from the one after `start` on.
func refusal(message string, start int) error {
	row := 0
	if _, err := fmt.Sscanf(message, "params.documents[%d]", &row); err == nil {
		if _, reason, found := strings.Cut(message, ": "); found {
			return fmt.Errorf("line %d: %s", start+row+1, reason)
		}
	}
	return fmt.Errorf("akin: %s", strings.Replace(message, "params.query", "the question", 1))
}

func ask(question string, lines []string, requests io.Writer, answers io.Reader) ([]hit, error) {
	encoder := json.NewEncoder(requests) // one value a line
	count := 0
	for start := 0; start < len(lines); start += batchSize {
		end := start + batchSize
		if end > len(lines) {
			end = len(lines)
		}
		// The id says where the batch begins: answers come as they are ready.
		message := request{"2.0", start, "search", params{question, lines[start:end], top}}
		if err := encoder.Encode(message); err != nil {
			return nil, err
		}
		count++
	}
	var hits []hit
	for decoder := json.NewDecoder(answers); count > 0; count-- {
		var answer answer
		if err := decoder.Decode(&answer); err != nil {
			return nil, err
		}
		if answer.Error != nil {
			return nil, refusal(answer.Error.Message, answer.ID)
		}
		for _, found := range answer.Result.Results[0] {
			hits = append(hits, hit{answer.ID + found.Index, found.Score})
		}
	}
	sort.SliceStable(hits, func(i, j int) bool { return hits[i].Score > hits[j].Score })
	if len(hits) > top {
		hits = hits[:top]
	}
	return hits, nil
}
